using G8os.Client;
using G8os.Decisions.Keys;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Cli.Sandboxes;

/// <summary>What a node would say of a sandbox of the grid.</summary>
internal static class SandboxSignature
{
    /// <summary>Its manifest, when a publisher of the grid signed it.</summary>
    /// <exception cref="ClientException">A node would not mount it; the message says why.</exception>
    public static SandboxManifest Judge(SandboxView sandbox, GridDocument grid) => SandboxJudge.Judge(sandbox.Signed, new(sandbox.Name, sandbox.Version), grid) switch
    {
        SandboxAccepted accepted => accepted.Manifest,
        SandboxRefused refused => throw new ClientException($"cannot trust {sandbox.Name}@{sandbox.Version}: {refused.Reason}", "no node mounts it; push it again", ExitCode.Refused),
        var verdict => throw new System.Diagnostics.UnreachableException($"internal error: verdict {verdict} is not handled"),
    };
}

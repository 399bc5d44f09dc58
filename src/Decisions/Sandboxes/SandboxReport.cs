using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Sandboxes;

namespace G8os.Decisions.Sandboxes;

/// <summary>Says how a node's sandboxes stand, and why one does not.</summary>
public static class SandboxReport
{
    /// <summary>All that are wanted, refused ones too, in the order of their names.</summary>
    public static Values<SandboxState> States(SandboxesSpec spec, SandboxStatus status) => spec.Sandboxes.Select(sandbox => Of(sandbox, status))
        .Concat(spec.Refused.Select(refused => new SandboxState { Sandbox = refused.Key, Mounted = false, Reason = refused.Value }))
        .OrderBy(state => state.Sandbox, StringComparer.Ordinal).ToValues();

    /// <summary>Every one that may be mounted is where it belongs. One that is refused does not come by waiting, so it is not waited for.</summary>
    public static bool IsSettled(SandboxesSpec spec, SandboxStatus status) => spec.Sandboxes.All(sandbox => Of(sandbox, status).Mounted);

    /// <summary>Why it is not settled yet, in one sentence.</summary>
    public static string Waiting(SandboxesSpec spec, SandboxStatus status) =>
        spec.Sandboxes.Select(sandbox => Of(sandbox, status)).FirstOrDefault(state => !state.Mounted) is { } first ? $"sandbox {first.Sandbox}: {first.Reason}" : "";

    private static SandboxState Of(SandboxSpec sandbox, SandboxStatus status)
    {
        var mounted = (!sandbox.Tool || SandboxPlanner.IsMounted(sandbox, SandboxPlaces.Tool(sandbox.Ref.Name), status))
            && (!sandbox.Pinned || SandboxPlanner.IsMounted(sandbox, SandboxPlaces.Root(sandbox.Ref), status));
        return new()
        {
            Sandbox = sandbox.Ref.ToString(),
            Mounted = mounted,
            Complete = status.Complete.Contains(sandbox.Image),
            Reason = mounted ? "" : Why(sandbox, status),
        };
    }

    private static string Why(SandboxSpec sandbox, SandboxStatus status) =>
        status.Faults.Find(sandbox.Ref.ToString()) is { Length: > 0 } fault ? fault
        : !SandboxPlanner.IsUp(status.Server) ? status.Faults.Find(SandboxPlanner.ServerSubject) is { Length: > 0 } down ? down : "g8os-fs does not answer yet"
        : !status.Images.Contains(sandbox.Image) ? "its image is being fetched"
        : sandbox.Pinned && !status.Complete.Contains(sandbox.Image) ? "its objects are being fetched"
        : "it is being mounted";
}

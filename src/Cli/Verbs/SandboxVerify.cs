using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox verify</summary>
internal static class SandboxVerify
{
    public static Verb Verb => new("sandbox verify", "Read every byte of a built sandbox and compare it with what its names say.", command =>
    {
        var directory = SandboxArguments.Directory();
        command.Arguments.Add(directory);
        return call =>
        {
            var sandbox = SandboxArguments.Open(call.Get(directory));
            var faults = 0;
            using (var progress = new ProgressLine(call.Here))
            {
                foreach (var fault in sandbox.Verify((objects, bytes) => progress.Count(() => $"verifying {sandbox.Manifest.Ref}: {objects} objects, {Sizes.Of(bytes)}")))
                {
                    call.Here.Error.WriteLine(Clean.Line(fault));
                    faults++;
                }
            }
            if (faults > 0)
                throw new ClientException($"cannot trust {sandbox.Manifest.Ref} in {call.Get(directory)}: {faults} {(faults == 1 ? "fault" : "faults")}, see above", "build it again", ExitCode.Failed);
            call.Here.Out.WriteLine($"{sandbox.Manifest.Ref} is whole: {sandbox.Manifest.Objects} objects, {Sizes.Of(sandbox.Manifest.Bytes)}");
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os sandbox verify hello@1.0"],
    };
}

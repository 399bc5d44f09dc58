using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox verify</summary>
internal static class SandboxVerify
{
    public static Verb Verb => new("sandbox verify", "Read every byte of a sandbox, here or in the grid, and compare it with what its names say.", command =>
    {
        var which = SandboxArguments.Either();
        command.Arguments.Add(which);
        return async call => SandboxArguments.IsLocal(call.Get(which)) ? Local(call, call.Get(which)) : await RemoteAsync(call, call.Get(which));
    })
    {
        Examples = ["g8os sandbox verify ./hello@1.0", "g8os sandbox verify hello"],
    };

    private static int Local(Call call, string directory)
    {
        var sandbox = SandboxArguments.Open(directory);
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
            throw Broken($"{sandbox.Manifest.Ref} in {directory}", faults, "build it again");
        call.Here.Out.WriteLine($"{sandbox.Manifest.Ref} is whole: {sandbox.Manifest.Objects} objects, {Sizes.Of(sandbox.Manifest.Bytes)}");
        return ExitCode.Ok;
    }

    private static async Task<int> RemoteAsync(Call call, string typed)
    {
        using var client = call.Connect();
        var sandbox = await SandboxArguments.FindAsync(client, typed, call.Cancel);
        SandboxSignature.Judge(sandbox, await GridTrust.FetchAsync(client.Context.Url, client.Context.Pin, client.Context.GridVersion, call.Cancel));
        var faults = await client.VerifySandboxAsync(new(sandbox.Name, sandbox.Version), call.Cancel);
        foreach (var fault in faults)
            call.Here.Error.WriteLine(Clean.Line(fault));
        if (faults.Count > 0)
            throw Broken($"{sandbox.Name}@{sandbox.Version} of the grid", faults.Count, "push it again");
        call.Here.Out.WriteLine($"{sandbox.Name}@{sandbox.Version} is whole and signed by {sandbox.Publisher}: {sandbox.Objects} objects, {Sizes.Of(sandbox.Bytes)}");
        return ExitCode.Ok;
    }

    private static ClientException Broken(string what, int faults, string remedy) =>
        new($"cannot trust {what}: {faults} {(faults == 1 ? "fault" : "faults")}, see above", remedy, ExitCode.Failed);
}

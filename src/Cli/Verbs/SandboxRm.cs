using System.CommandLine;
using G8os.Client;
using G8os.Model.Sandboxes;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox rm</summary>
internal static class SandboxRm
{
    public static Verb Verb => new("sandbox rm", "Take a version of a sandbox out of the grid; refused while a node is to have it.", command =>
    {
        var which = new Argument<string>("NAME@VERSION") { Description = "Exactly one version" };
        command.Arguments.Add(which);
        return async call =>
        {
            if (!SandboxRef.TryParse(call.Get(which), out var sandbox))
                throw new ClientException($"cannot remove \"{call.Get(which)}\": it is not NAME@VERSION", "g8os sandbox ls lists them", ExitCode.Usage);
            using var client = call.Connect();
            await client.RemoveSandboxAsync(sandbox, call.Cancel);
            call.Here.Out.WriteLine($"{sandbox} is out of the grid; g8os sandbox gc frees its room");
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os sandbox rm hello@1.0"],
    };
}

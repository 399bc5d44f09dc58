using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os node rm</summary>
internal static class NodeRm
{
    public static Verb Verb => new("node rm", "Revoke and remove a node; it is refused from then on.", command =>
    {
        var node = Arguments.Node();
        command.Arguments.Add(node);
        return async call =>
        {
            var name = NodeName.Bare(call.Get(node));
            using var client = call.Connect();
            var removed = await client.RemoveNodeAsync(name, call.Cancel);
            call.Here.Out.WriteLine(Clean.Line($"{name} is removed: its session is closed and it is refused from now on."));
            if (removed.Assigned && removed.Waiting.Length > 0)
                call.Here.Out.WriteLine(Clean.Line(removed.Waiting));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os node rm node-3"],
    };
}

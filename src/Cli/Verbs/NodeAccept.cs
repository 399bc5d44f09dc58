using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os node accept</summary>
internal static class NodeAccept
{
    public static Verb Verb => new("node accept", "Let a pending node in and name it.", command =>
    {
        var node = Arguments.Node();
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "The node's name from now on" };
        var labels = new Option<string[]>("--label", "-l") { HelpName = "KEY=VALUE", Description = "A label; may be repeated" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(node);
        command.Options.Add(name);
        command.Options.Add(labels);
        command.Options.Add(json);
        return async call =>
        {
            var request = new AcceptRequest(call.Get(name), Labels.Parse(call.Get(labels), "--label"));
            using var client = call.Connect();
            var view = await client.AcceptNodeAsync(NodeName.Bare(call.Get(node)), request, call.Cancel);
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(view, WireJson.Default.NodeView));
            else
                call.Here.Out.WriteLine(Clean.Line($"{view.Name} is accepted ({view.Id}). It goes on by itself: g8os wait --for phase=managed node/{view.Name}"));
            if (!call.Get(json) && !view.Assigned)
                call.Here.Out.WriteLine(Clean.Line($"It runs no apps until a commit names it: g8os node accept {view.Name} --name NAME, or a blueprint of kind: node."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os node accept 3f9c --name node-4", "g8os node accept 3f9c --name node-4 --label site=gent --label rack=2"],
    };
}

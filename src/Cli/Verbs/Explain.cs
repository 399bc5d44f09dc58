using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os explain</summary>
internal static class Explain
{
    public static Verb Verb => new("explain", "Why something is as it is: the chain of causes, with what was seen.", command =>
    {
        var what = new Argument<string>("what") { HelpName = Arguments.ThingHelp, Description = "What to explain" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(what);
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var thing = Thing.Of(call.Get(what));
            if (thing.IsApp)
            {
                var app = await client.ExplainAppAsync(thing.Name, call.Cancel);
                call.Here.Out.Write(call.Get(json) ? Json.Pretty(app, WireJson.Default.AppExplanation) + "\n" : ExplainAppDraw.Draw(app, call.Here));
                return ExitCode.Ok;
            }
            var explanation = await client.ExplainNodeAsync(thing.Name, call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(explanation, WireJson.Default.NodeExplanation) + "\n" : Draw(explanation, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os explain node/node-2", "g8os explain app/hello", "g8os explain node/node-2 --json"],
    };

    internal static string Draw(NodeExplanation explanation, Surroundings here)
    {
        using var drawing = new Drawing(here);
        var node = explanation.Node;
        drawing.Line(new Cell(node.Name.Length > 0 ? node.Name : node.Id, "bold"), " is ", Paint.State(node.State), ", phase ", Paint.Phase(node.Phase));
        drawing.Line(explanation.Summary);
        if (explanation.Transitions.Count > 0)
        {
            drawing.Line();
            drawing.Table(["WHEN", "WHAT", "BECAUSE"], explanation.Transitions.Select(t =>
                (IReadOnlyList<Cell>)[new Cell(RelativeTime.Of(t.Time, here.Now()), "dim"), t.What, t.Evidence]));
        }
        if (explanation.Next.Length > 0)
        {
            drawing.Line();
            drawing.Line(new Cell("Next: ", "bold"), explanation.Next);
        }
        return drawing.ToString();
    }
}

using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays run</summary>
internal static class AysRun
{
    public static Verb Verb => new("ays run", "Show one run: its steps and what happened.", command =>
    {
        var number = new Argument<string>("run") { HelpName = Arguments.RunHelp, Description = "A run's number" };
        var json = ListingOptions.JsonOption();
        var watch = ListingOptions.WatchOption();
        command.Arguments.Add(number);
        command.Options.Add(json);
        command.Options.Add(watch);
        return async call =>
        {
            using var client = call.Connect();
            if (call.Get(watch) && call.Here.OutIsTerminal && !call.Get(json))
                return await Watching.RedrawAsync(call, async cancel => Draw(await client.RunAsync(call.Get(number), cancel), call.Here));
            var run = await client.RunAsync(call.Get(number), call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(run, WireJson.Default.RunView) + "\n" : Draw(run, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays run 3", "g8os ays run 3 -w", "g8os ays run 3 --json | jq '.steps[].phase'"],
    };

    internal static string Draw(RunView run, Surroundings here)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(
        [
            ("Run", $"{run.Number}"),
            ("Commit", run.Commit),
            ("Plan", run.Plan),
            ("Began", $"{RelativeTime.Of(run.Created, here.Now())} by {run.By}"),
            ("State", AysRuns.State(run.State)),
            ("Reason", Paint.OrDash(run.Reason)),
        ]);
        drawing.Line();
        drawing.Table(["STEP", "NODE", "WHAT", "PHASE", "SINCE", "WHY"], run.Steps.Select(step => (IReadOnlyList<Cell>)
            [step.Key, step.Node, step.Kind, Phase(step.Phase), RelativeTime.Of(step.Since, here.Now()), step.Reason]));
        if (run.Story.Count > 0)
        {
            drawing.Line();
            drawing.Table(["WHEN", "WHAT", "BECAUSE"], run.Story.Select(line => (IReadOnlyList<Cell>)
                [new Cell(RelativeTime.Of(line.Time, here.Now()), "dim"), line.What, line.Evidence]));
        }
        return drawing.ToString();
    }

    private static Cell Phase(string phase) => phase switch
    {
        "ok" => new Cell(phase, "green"),
        "error" or "expired" or "reverted" => new Cell(phase, "red"),
        "skipped" => new Cell(phase, "dim"),
        _ => new Cell(phase, "yellow"),
    };
}

using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os jobs show</summary>
internal static class JobsShow
{
    public static Verb Verb => new("jobs show", "Show one job with its result on each node.", command =>
    {
        var job = Arguments.Job();
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(job);
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var view = await client.JobAsync(call.Get(job), call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(view, WireJson.Default.JobView) + "\n" : Draw(view, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os jobs show j-3f9c", "g8os jobs show j-3f9c --json | jq '.results[].exitCode'"],
    };

    internal static string Draw(JobView job, Surroundings here)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(
        [
            ("Job", job.Id),
            ("Command", string.Join(' ', job.Command)),
            ("Made", $"{RelativeTime.Of(job.Created, here.Now())} by {job.By}"),
            ("State", job.Done ? "done" : new Cell("running", "yellow")),
        ]);
        drawing.Line();
        drawing.Table(["NODE", "OUTCOME", "EXIT CODE", "TOOK", "HOW"], job.Results.Select(r => (IReadOnlyList<Cell>)
        [
            r.Node,
            r.Outcome is null ? new Cell(r.State, "yellow") : Paint.Outcome(r.Outcome),
            r.ExitCode is { } code ? $"{code}" : "-",
            r.Started is { } started ? RelativeTime.Span((r.Ended ?? here.Now()) - started) : "-",
            r.Reason,
        ]));
        return drawing.ToString();
    }
}

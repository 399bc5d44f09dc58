using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays status</summary>
internal static class AysStatus
{
    private const int ShortCommit = 10;

    public static Verb Verb => new("ays status", "Where the AYS repository stands: its commit, its run, its services, and what was refused.", command =>
    {
        var json = ListingOptions.JsonOption();
        var watch = ListingOptions.WatchOption();
        command.Options.Add(json);
        command.Options.Add(watch);
        return async call =>
        {
            using var client = call.Connect();
            if (call.Get(watch) && call.Here.OutIsTerminal && !call.Get(json))
                return await Watching.RedrawAsync(call, async cancel => Draw(await client.AysAsync(cancel), call.Here));
            var view = await client.AysAsync(call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(view, WireJson.Default.AysView) + "\n" : Draw(view, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays status", "g8os ays status -w", "g8os ays status --json | jq .run.state"],
    };

    internal static string Draw(AysView view, Surroundings here)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(Facts(view, here).Where(fact => fact.Value.Text.Length > 0));
        if (view.Refused is { } refused)
        {
            drawing.Line();
            drawing.Line(new Cell($"Refused {RelativeTime.Of(refused.Time, here.Now())}: {Short(refused.Commit)} by {refused.By}", "red"));
            foreach (var error in refused.Errors)
                drawing.Line("  ", error);
        }
        return drawing.ToString();
    }

    public static string Short(string commit) => commit.Length > ShortCommit ? commit[..ShortCommit] : commit;

    private static IEnumerable<(string Name, Cell Value)> Facts(AysView view, Surroundings here)
    {
        yield return ("Follows", view.Follows);
        yield return ("Fetch", new Cell(view.FetchFault, "red"));
        yield return ("Commit", view.Commit is { } commit ? $"{Short(commit.Id)} {commit.Subject}, by {commit.Author} {RelativeTime.Of(commit.Time, here.Now())}" : "none yet");
        yield return ("Apply", view.Apply);
        yield return ("Waiting", new Cell(view.Waiting, "yellow"));
        yield return ("Plan", view.Plan.Length > 0 ? $"{view.Plan}: g8os ays plan shows it" : "nothing to do");
        yield return ("Run", view.Run is { } run ? AysRuns.Sentence(run, here) : "none yet");
        yield return ("Services", view.ServicesByState.Count == 0 ? "none yet" : string.Join(", ", view.ServicesByState.Select(state => $"{state.Value} {state.Key}")));
        yield return ("Unassigned", string.Join(", ", view.Unassigned));
        yield return ("Orphans", string.Join(", ", view.Orphans));
    }
}

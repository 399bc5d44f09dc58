using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os status</summary>
internal static class Status
{
    public static Verb Verb => new("status", "The grid at a glance: its controller, its nodes, and what they wait for.", command =>
    {
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            if (options.Watch(call) && (!call.Here.OutIsTerminal || options.InJson(call)))
                return await NodeColumns.Listing(call.Here).ShowAsync(call, options, async cancel => (await client.StatusAsync(cancel)).Nodes);
            if (options.Watch(call))
                return await Watching.RedrawAsync(call, async cancel => Draw(await client.StatusAsync(cancel), call.Here, options.Wide(call)));
            var status = await client.StatusAsync(call.Cancel);
            call.Here.Out.Write(options.InJson(call)
                ? Json.Pretty(status, WireJson.Default.GridStatus) + "\n"
                : Draw(status, call.Here, options.Wide(call)));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os status", "g8os status -w", "g8os status --json | jq .nodesByPhase"],
    };

    internal static string Draw(GridStatus status, Surroundings here, bool wide)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(
        [
            ("Grid", status.Grid),
            ("Controller", $"{status.Controller}, version {status.Version}, started {RelativeTime.Of(status.Started, here.Now())}"),
            ("Nodes", Counted(status.NodesByState, "none yet")),
            ("Phases", Counted(status.NodesByPhase, "-")),
            ("Jobs", status.JobsRunning == 1 ? "1 runs" : $"{status.JobsRunning} run"),
        ]);
        var nodes = status.Nodes.Count == 0 ? NodeColumns.Empty + "\n" : NodeColumns.Listing(here).Draw(here, status.Nodes, wide);
        return $"{drawing}\n{nodes}";
    }

    private static string Counted(SortedDictionary<string, int> counts, string none)
    {
        var parts = counts.Where(c => c.Value > 0 && c.Key.Length > 0).Select(c => $"{c.Value} {c.Key}").ToList();
        return parts.Count == 0 ? none : string.Join(", ", parts);
    }
}

using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os jobs ls</summary>
internal static class JobsLs
{
    private const int LimitStandard = 20;

    public static Verb Verb => new("jobs ls", "List the newest jobs.", command =>
    {
        var limit = Arguments.Limit(LimitStandard);
        command.Options.Add(limit);
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, cancel => client.JobsAsync(call.Get(limit), cancel));
        };
    })
    {
        Examples = ["g8os jobs ls", "g8os jobs ls --limit 100 --json"],
    };

    private static Listing<JobView> Listing(Surroundings here) => new()
    {
        Key = j => j.Id,
        JsonType = WireJson.Default.ValuesJobView,
        JsonItem = WireJson.Default.JobView,
        Empty = "There are no jobs yet; run one: g8os exec --on NODE -- COMMAND",
        Columns =
        [
            new("ID", j => j.Id),
            new("MADE", j => RelativeTime.Of(j.Created, here.Now())) { Moves = true },
            new("BY", j => j.By),
            new("STATE", j => j.Done ? new Cell("done", "dim") : new Cell("running", "yellow")),
            new("RESULTS", j => ExecEnd.Counts(j.Results)),
            new("NODES", j => string.Join(',', j.Results.Select(r => r.Node))) { Wide = true },
            new("COMMAND", j => string.Join(' ', j.Command)),
        ],
    };
}

using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays runs</summary>
internal static class AysRuns
{
    private const int LimitStandard = 20;

    public static Verb Verb => new("ays runs", "List the newest runs.", command =>
    {
        var limit = Arguments.Limit(LimitStandard);
        command.Options.Add(limit);
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, cancel => client.RunsAsync(call.Get(limit), cancel));
        };
    })
    {
        Examples = ["g8os ays runs", "g8os ays runs -w", "g8os ays runs --limit 1 --json"],
    };

    /// <summary>A run in one line.</summary>
    public static string Sentence(RunView run, Surroundings here) =>
        $"{run.Number} {run.State}{(run.Reason.Length > 0 ? $": {run.Reason}" : "")}, {Steps(run)}, began {RelativeTime.Of(run.Created, here.Now())} by {run.By}";

    public static string Steps(RunView run) => run.StepsByPhase.Count == 0 ? "no steps" : string.Join(", ", run.StepsByPhase.Select(phase => $"{phase.Value} {phase.Key}"));

    public static Cell State(string state) => state switch
    {
        "ok" => new Cell(state, "green"),
        "running" => new Cell(state, "yellow"),
        "superseded" => new Cell(state, "dim"),
        _ => new Cell(state, "red"),
    };

    private static Listing<RunView> Listing(Surroundings here) => new()
    {
        Key = run => $"{run.Number}",
        JsonType = WireJson.Default.ValuesRunView,
        JsonItem = WireJson.Default.RunView,
        Empty = "There are no runs yet; a commit makes one: g8os ays clone, commit, git push",
        Columns =
        [
            new("RUN", run => $"{run.Number}"),
            new("COMMIT", run => AysStatus.Short(run.Commit)),
            new("BEGAN", run => RelativeTime.Of(run.Created, here.Now())) { Moves = true },
            new("TOOK", run => RelativeTime.Span((run.Ended ?? here.Now()) - run.Created)) { Moves = true },
            new("BY", run => run.By),
            new("STATE", run => State(run.State)),
            new("STEPS", run => Steps(run)),
            new("PLAN", run => run.Plan) { Wide = true },
            new("REASON", run => run.Reason),
        ],
    };
}

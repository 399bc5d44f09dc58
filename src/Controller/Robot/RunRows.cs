using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;
using G8os.Model;
using Microsoft.Data.Sqlite;

namespace G8os.Controller.Robot;

/// <summary>A run and what is told of it beside its state.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Who">Who pushed or applied.</param>
/// <param name="Attempt">What was tried: the commit and the sandboxes that names without a version meant.</param>
/// <param name="Created">When it began.</param>
/// <param name="Ended">When it ended; null while it goes on.</param>
internal sealed record KeptRun(RunState State, string Who, string Attempt, DateTimeOffset Created, DateTimeOffset? Ended);

/// <summary>A line of a run's story.</summary>
internal sealed record RunLine(DateTimeOffset Time, string Step, string What, string Evidence);

/// <summary>Runs as rows: the plan once, then only what changes.</summary>
internal static class RunRows
{
    /// <summary>Lines of one run's story.</summary>
    public const int MaxLines = 50_000;
    /// <summary>Older runs are forgotten.</summary>
    public const int MaxRuns = 1_000;

    public static void Begin(Tx tx, KeptRun run)
    {
        var state = run.State;
        tx.Execute(
            """
            INSERT INTO run (number, commit_id, plan_id, plan, who, attempt, created, failing, progress, ended, outcome, reason)
            VALUES (@Number, @Commit, @Id, @plan, @Who, @Attempt, @created, 0, @Progress, NULL, NULL, '')
            """,
            new
            {
                state.Number, state.Plan.Commit, state.Plan.Id, run.Who, run.Attempt, state.Progress,
                plan = JsonSerializer.Serialize(PlanRecord.Of(state.Plan), GridJson.Default.PlanRecord),
                created = run.Created.ToUnixTimeMilliseconds(),
            });
        foreach (var (key, step) in state.Steps)
            Put(tx, state.Number, key, step);
        foreach (var (table, column) in new[] { ("run", "number"), ("run_step", "run"), ("run_line", "run") })
            tx.Execute($"DELETE FROM {table} WHERE {column} <= @last", new { last = state.Number - MaxRuns });
    }

    /// <summary>Writes what became another since a state was last written.</summary>
    public static void Follow(Tx tx, RunState written, KeptRun run)
    {
        var state = run.State;
        foreach (var (key, step) in state.Steps)
        {
            if (!written.Steps.TryGetValue(key, out var before) || before != step)
                Put(tx, state.Number, key, step);
        }
        tx.Execute(
            "UPDATE run SET failing = @failing, progress = @Progress, ended = @ended, outcome = @outcome, reason = @Reason WHERE number = @Number",
            new { failing = state.Failing ? 1 : 0, state.Progress, ended = run.Ended?.ToUnixTimeMilliseconds(), outcome = state.Outcome?.ToString(), state.Reason, state.Number });
    }

    public static void Tell(Tx tx, long run, long number, DateTimeOffset time, RunTold told) => tx.Execute(
        "INSERT INTO run_line (run, number, time, step, what, evidence) VALUES (@run, @number, @time, @Step, @What, @Evidence)",
        new { run, number, time = time.ToUnixTimeMilliseconds(), told.Step, told.What, told.Evidence });

    public static long Lines(Database database, long run) => database.Read(connection =>
        connection.ExecuteScalar<long>("SELECT coalesce(max(number), 0) FROM run_line WHERE run = @run", new { run }));

    public static void Orphan(Tx tx, long run, DateTimeOffset time, Orphaned orphan) => tx.Execute(
        "INSERT INTO orphan (service, node, run, time) VALUES (@Service, @Node, @run, @time) ON CONFLICT (service, node) DO UPDATE SET run = @run, time = @time",
        new { orphan.Service, orphan.Node, run, time = time.ToUnixTimeMilliseconds() });

    public static IReadOnlyList<string> Orphans(Database database) => database.Read(connection =>
        connection.Query<string>("SELECT service || ' on ' || node FROM orphan ORDER BY service, node").ToArray());

    /// <summary>The newest runs, newest first.</summary>
    public static IReadOnlyList<KeptRun> Newest(Database database, int limit) => database.Read(connection => connection
        .Query<Row>("SELECT * FROM run ORDER BY number DESC LIMIT @limit", new { limit }).Select(row => Read(connection, row, GridIssued.Nothing)).ToArray());

    /// <summary>One run; the newest when no number is given. With what was issued it can go on.</summary>
    public static KeptRun? Get(Database database, long? number, GridIssued issued) => database.Read(connection =>
        connection.QueryFirstOrDefault<Row>("SELECT * FROM run WHERE number = coalesce(@number, (SELECT max(number) FROM run))", new { number }) is { } row
            ? Read(connection, row, issued) : null);

    public static IReadOnlyList<RunLine> Story(Database database, long run) => database.Read(connection => connection
        .Query<Line>("SELECT * FROM run_line WHERE run = @run ORDER BY number", new { run })
        .Select(line => new RunLine(DateTimeOffset.FromUnixTimeMilliseconds(line.Time), line.Step, line.What, line.Evidence)).ToArray());

    private static void Put(Tx tx, long run, string key, RunStep step) => tx.Execute(
        """
        INSERT INTO run_step (run, key, phase, generation, due, left_over, healthy_since, since, reason)
        VALUES (@run, @key, @Phase, @Generation, @Due, @Left, @HealthySince, @Since, @Reason)
        ON CONFLICT (run, key) DO UPDATE SET phase = @Phase, generation = @Generation, due = @Due, left_over = @Left, healthy_since = @HealthySince, since = @Since, reason = @Reason
        """,
        new { run, key, Phase = step.Phase.ToString(), step.Generation, step.Due, step.Left, step.HealthySince, step.Since, step.Reason });

    // What was issued is kept with the nodes; a run that goes on is given it.
    private static KeptRun Read(SqliteConnection connection, Row row, GridIssued issued)
    {
        var steps = connection.Query<StepRow>("SELECT key, phase, generation, due, left_over AS LeftOver, healthy_since AS HealthySince, since, reason FROM run_step WHERE run = @Number ORDER BY key", new { row.Number })
            .Select(step => new StepRecord(step.Key, new RunStep
            {
                Phase = Enum.Parse<StepPhase>(step.Phase), Generation = step.Generation, Due = step.Due, Left = step.LeftOver, HealthySince = step.HealthySince, Since = step.Since, Reason = step.Reason,
            }));
        var record = new RunRecord
        {
            Number = row.Number,
            Plan = JsonSerializer.Deserialize(row.Plan, GridJson.Default.PlanRecord)!,
            Steps = steps.ToValues(),
            Failing = row.Failing != 0,
            Progress = row.Progress,
            Outcome = row.Outcome is null ? null : Enum.Parse<RunOutcome>(row.Outcome),
            Reason = row.Reason,
        };
        return new(
            RunState.Resume(record, issued), row.Who, row.Attempt, DateTimeOffset.FromUnixTimeMilliseconds(row.Created),
            row.Ended is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null);
    }

    private sealed class Row
    {
        public long Number { get; set; }
        public string Plan { get; set; } = "";
        public string Who { get; set; } = "";
        public string Attempt { get; set; } = "";
        public long Created { get; set; }
        public long Failing { get; set; }
        public long Progress { get; set; }
        public long? Ended { get; set; }
        public string? Outcome { get; set; }
        public string Reason { get; set; } = "";
    }

    private sealed class StepRow
    {
        public string Key { get; set; } = "";
        public string Phase { get; set; } = "";
        public long Generation { get; set; }
        public long? Due { get; set; }
        public long? LeftOver { get; set; }
        public long? HealthySince { get; set; }
        public long Since { get; set; }
        public string Reason { get; set; } = "";
    }

    private sealed class Line
    {
        public long Time { get; set; }
        public string Step { get; set; } = "";
        public string What { get; set; } = "";
        public string Evidence { get; set; } = "";
    }
}

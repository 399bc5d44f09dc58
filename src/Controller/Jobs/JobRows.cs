using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Model.Wire;
using Microsoft.Data.Sqlite;

namespace G8os.Controller.Jobs;

/// <summary>Jobs as rows: one insert for all targets, one recorded outcome per target.</summary>
internal static class JobRows
{
    public static void Insert(Tx tx, Job job, JobRequest request, byte[]? stdin)
    {
        tx.Execute(
            "INSERT INTO job (id, command, operator, created, max_time, expires, stdin) VALUES (@Id, @command, @By, @created, @MaxTimeSeconds, @ExpiresSeconds, @stdin)",
            new
            {
                job.Id,
                command = JsonSerializer.Serialize(job.Command, WireJson.Default.ValuesString),
                job.By,
                created = job.Created.ToUnixTimeMilliseconds(),
                request.MaxTimeSeconds,
                request.ExpiresSeconds,
                stdin,
            });
        var targets = job.Targets.Select(target => new TargetSeed(target.NodeId, target.Name, target.State.ToString())).ToArray();
        tx.Execute(
            """
            INSERT INTO job_target (job, node, node_name, state)
            SELECT @Id, value ->> 'nodeId', value ->> 'name', value ->> 'state' FROM json_each(@targets)
            """,
            new { job.Id, targets = JsonSerializer.Serialize(targets, JobJson.Default.TargetSeedArray) });
    }

    public static void Mark(Tx tx, string job, string node, TargetState state) =>
        tx.Execute("UPDATE job_target SET state = @state WHERE job = @job AND node = @node AND outcome IS NULL", new { job, node, state = state.ToString() });

    public static void WantKill(Tx tx, string job) => tx.Execute("UPDATE job_target SET kill_wanted = 1 WHERE job = @job AND outcome IS NULL", new { job });

    /// <summary>Records the outcome; false when there is one already.</summary>
    public static bool Finish(Tx tx, string job, JobResult result) => tx.Execute(
        """
        UPDATE job_target SET state = 'Done', outcome = @outcome, exit_code = @ExitCode, reason = @Reason, started = @started, ended = @ended
        WHERE job = @job AND node = @NodeId AND outcome IS NULL
        """,
        new
        {
            job,
            result.NodeId,
            outcome = result.Outcome.ToString(),
            result.ExitCode,
            result.Reason,
            started = result.Started?.ToUnixTimeMilliseconds(),
            ended = result.Ended?.ToUnixTimeMilliseconds(),
        }) > 0;

    public static void DeleteOld(Tx tx, DateTimeOffset before)
    {
        tx.Execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS old_job (id TEXT PRIMARY KEY);
            DELETE FROM old_job;
            INSERT INTO old_job SELECT id FROM job WHERE created < @created AND NOT EXISTS (SELECT 1 FROM job_target WHERE job = job.id AND outcome IS NULL);
            DELETE FROM job_target WHERE job IN (SELECT id FROM old_job);
            DELETE FROM job WHERE id IN (SELECT id FROM old_job);
            """,
            new { created = before.ToUnixTimeMilliseconds() });
    }

    public static IReadOnlyList<string> UnfinishedIds(Database database) =>
        database.Read(connection => connection.Query<string>("SELECT DISTINCT job FROM job_target WHERE outcome IS NULL ORDER BY job").ToArray());

    public static IReadOnlyList<string> NewestIds(Database database, int limit) =>
        database.Read(connection => connection.Query<string>("SELECT id FROM job ORDER BY created DESC, id DESC LIMIT @limit", new { limit }).ToArray());

    /// <summary>A job with its targets; null when there is none. The row carries what a re-send needs.</summary>
    public static (Job Job, JobRow Row)? Load(Database database, string id) => database.Read(connection => Load(connection, id));

    private static (Job Job, JobRow Row)? Load(SqliteConnection connection, string id)
    {
        var row = connection.QueryFirstOrDefault<JobRow>(
            "SELECT id, command, operator AS By, created, max_time AS MaxTime, expires, stdin FROM job WHERE id = @id", new { id });
        if (row is null)
            return null;
        var targets = connection
            .Query<TargetRow>("SELECT node, node_name AS Name, state, kill_wanted AS KillWanted, outcome, exit_code AS ExitCode, reason, started, ended FROM job_target WHERE job = @id ORDER BY node_name, node", new { id })
            .Select((target, index) => target.Read(index))
            .ToArray();
        var command = JsonSerializer.Deserialize(row.Command, WireJson.Default.ValuesString)!;
        return (new Job(row.Id, command, row.By, DateTimeOffset.FromUnixTimeMilliseconds(row.Created), targets), row);
    }

    internal sealed class JobRow
    {
        public string Id { get; set; } = "";
        public string Command { get; set; } = "";
        public string By { get; set; } = "";
        public long Created { get; set; }
        public long MaxTime { get; set; }
        public long Expires { get; set; }
        public byte[]? Stdin { get; set; }
    }

    private sealed class TargetRow
    {
        public string Node { get; set; } = "";
        public string Name { get; set; } = "";
        public string State { get; set; } = "";
        public long KillWanted { get; set; }
        public string? Outcome { get; set; }
        public long? ExitCode { get; set; }
        public string Reason { get; set; } = "";
        public long? Started { get; set; }
        public long? Ended { get; set; }

        public Target Read(int index) => new(index, Node, Name)
        {
            State = Enum.Parse<TargetState>(State),
            KillWanted = KillWanted != 0,
            Outcome = Outcome is null ? null : Enum.Parse<Outcome>(Outcome),
            ExitCode = (int?)ExitCode,
            Reason = Reason,
            Started = Time(Started),
            Ended = Time(Ended),
        };

        private static DateTimeOffset? Time(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using G8os.Controller.Audit;
using G8os.Controller.Nodes;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Model.Wire;
using Google.Protobuf;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Jobs;

/// <summary>
/// All jobs that run or were read lately. A job and its targets are written in one insert and then pushed to the sessions; each target ends in
/// exactly one outcome, recorded before the node is told that it may forget its copy. What was sent and not answered is sent again with the
/// same id when the node comes back: the node never runs an id twice.
/// </summary>
internal sealed partial class JobBook
{
    private readonly Database database;
    private readonly SessionTable sessions;
    private readonly long epoch;
    private readonly ILogger log;
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Job>> byNode = new(StringComparer.Ordinal);
    private readonly Lock finishedGate = new();
    private readonly Queue<Job> finished = [];
    private int finishedTargets;
    private int unfinished;

    public JobBook(Database database, SessionTable sessions, long epoch, DateTimeOffset started, ILogger log)
    {
        (this.database, this.sessions, this.epoch, this.log) = (database, sessions, epoch, log);
        foreach (var id in JobRows.UnfinishedIds(database))
        {
            var (job, row) = JobRows.Load(database, id)!.Value;
            job.Run = RunMessage(job, (int)row.MaxTime, row.Stdin);
            foreach (var target in job.Targets)
                target.Deadline = Later(job.Created.AddSeconds(row.Expires), target.State == TargetState.Sent ? started + JobLimits.RestartGrace : default);
            Add(job);
        }
    }

    /// <summary>Jobs that are not done.</summary>
    public int Running => Volatile.Read(ref unfinished);

    /// <summary>A job in memory, or from its rows.</summary>
    public Job? Get(string id) => jobs.TryGetValue(id, out var job) ? job : JobRows.Load(database, id)?.Job;

    public IReadOnlyList<JobView> Newest(int limit) => [.. JobRows.NewestIds(database, limit).Select(Get).OfType<Job>().Select(job => job.View())];

    /// <summary>Writes the job and pushes it to the nodes that are there.</summary>
    public async Task<Job> Create(JobRequest request, byte[]? stdin, IEnumerable<NodeRecord> nodes, string by)
    {
        if (Running >= JobLimits.MaxUnfinished)
            throw new Http.ApiFault(429, "too-many", $"cannot take the job: {JobLimits.MaxUnfinished} are unfinished already", "wait for some, or kill some");
        var created = ControllerClock.Now;
        var targets = nodes.OrderBy(node => node.Name, StringComparer.Ordinal).Select((node, index) => new Target(index, node.Id, node.Name)
        {
            State = sessions.Get(node.Id) is null ? TargetState.Queued : TargetState.Sent,
            Deadline = created.AddSeconds(request.ExpiresSeconds),
        }).ToArray();
        var job = new Job(NewId(created), request.Command, by, created, targets);
        job.Run = RunMessage(job, request.MaxTimeSeconds, stdin);
        await database.Write(tx =>
        {
            JobRows.Insert(tx, job, request, stdin);
            AuditLog.Append(tx, by, "job.created", job.Id, $"{string.Join(' ', job.Command)} on {targets.Length} nodes: {string.Join(' ', targets.Select(target => target.Name))}");
            tx.AfterCommit(() => Add(job));
        });
        foreach (var target in targets)
        {
            if (sessions.Get(target.NodeId) is { } session)
                Push(session, job, target);
        }
        return job;
    }

    /// <summary>Kills it wherever it is not done; false when it is done everywhere.</summary>
    public async Task<bool> Kill(Job job, string by)
    {
        if (!jobs.ContainsKey(job.Id) || job.View().Done)
            return false;
        await database.Write(tx =>
        {
            JobRows.WantKill(tx, job.Id);
            AuditLog.Append(tx, by, "job.killed", job.Id, "");
        });
        foreach (var target in job.Targets)
        {
            bool queued;
            lock (job.Gate)
            {
                target.KillWanted = true;
                queued = target.State == TargetState.Queued;
            }
            if (queued)
                Finish(job, target, Outcome.Killed, "killed before it was sent to the node");
            else
                sessions.Get(target.NodeId)?.Send(KillMessage(job));
        }
        return true;
    }

    /// <summary>A node opened a session and says which jobs it has: the rest is sent to it (again).</summary>
    public void Connected(Session session, IEnumerable<string> has)
    {
        if (!byNode.TryGetValue(session.NodeId, out var mine))
            return;
        var known = has.ToHashSet(StringComparer.Ordinal);
        foreach (var job in mine.Values.OrderBy(job => job.Created))
        {
            if (job.ByNode.GetValueOrDefault(session.NodeId) is { } target)
                Resume(session, job, target, known.Contains(job.Id));
        }
    }

    /// <summary>The node is out of the grid: what it had not done it will not do.</summary>
    public void NodeRemoved(string nodeId)
    {
        if (!byNode.TryGetValue(nodeId, out var mine))
            return;
        foreach (var job in mine.Values)
            Finish(job, job.ByNode[nodeId], Outcome.Refused, "the node was removed from the grid");
    }

    /// <summary>Once a second: gives up what no node took in time.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var (nodeId, mine) in byNode)
        {
            if (sessions.Get(nodeId) is not null)
                continue;
            foreach (var job in mine.Values)
            {
                var target = job.ByNode[nodeId];
                TargetState state;
                lock (job.Gate)
                    state = target.Deadline <= now ? target.State : TargetState.Running;
                if (state == TargetState.Queued)
                    Finish(job, target, Outcome.Expired, "the node was not reachable in time");
                else if (state == TargetState.Sent)
                    Finish(job, target, Outcome.Expired, "it was sent, but the node went away without an answer: it may have run");
            }
        }
    }

    private void Resume(Session session, Job job, Target target, bool has)
    {
        bool kill, late;
        lock (job.Gate)
        {
            if (target.State == TargetState.Done)
                return;
            kill = target.KillWanted;
            late = target.State != TargetState.Running && target.Deadline <= ControllerClock.Now;
        }
        if (has)
        {
            MarkRunning(job, target);
            if (kill)
                session.Send(KillMessage(job));
        }
        else if (kill)
            Finish(job, target, Outcome.Killed, "killed before the node took it");
        else if (late)
            Finish(job, target, Outcome.Expired, "the node was not reachable in time");
        else
            Push(session, job, target);
    }

    // What is sent is marked as sent on disk first: after a crash of ours nobody may think it never left.
    private void Push(Session session, Job job, Target target)
    {
        Proto.FromController run;
        lock (job.Gate)
        {
            if (target.State == TargetState.Done || job.Run is null)
                return;
            run = job.Run;
            if (target.State != TargetState.Queued)
            {
                session.Send(run);
                return;
            }
        }
        Record($"that job {job.Id} was sent to {target.Name}", database.Write(tx =>
        {
            JobRows.Mark(tx, job.Id, target.NodeId, TargetState.Sent);
            tx.AfterCommit(() =>
            {
                lock (job.Gate)
                {
                    if (target.State != TargetState.Queued || target.Deciding)
                        return;
                    target.State = TargetState.Sent;
                }
                session.Send(run);
            });
        }));
    }

    private void Add(Job job)
    {
        Interlocked.Increment(ref unfinished);
        jobs[job.Id] = job;
        foreach (var target in job.Targets.Where(target => target.State != TargetState.Done))
            byNode.GetOrAdd(target.NodeId, _ => new(StringComparer.Ordinal))[job.Id] = job;
    }

    private Proto.FromController RunMessage(Job job, int maxTime, byte[]? stdin)
    {
        var run = new Proto.RunJob { Job = job.Id, Epoch = epoch, MaxTimeSeconds = maxTime, Stdin = stdin is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(stdin) };
        run.Command.AddRange(job.Command);
        return new Proto.FromController { RunJob = run };
    }

    private Proto.FromController KillMessage(Job job) => new() { KillJob = new Proto.KillJob { Job = job.Id, Epoch = epoch } };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // Sorts by time: 48 bits of milliseconds, then 32 random ones, in Crockford's base 32.
    private static string NewId(DateTimeOffset now)
    {
        const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
        var value = (UInt128)now.ToUnixTimeMilliseconds() << 32 | BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        return string.Create(16, value, (text, bits) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, bits >>= 5)
                text[i] = Digits[(int)(bits & 31)];
        });
    }
}

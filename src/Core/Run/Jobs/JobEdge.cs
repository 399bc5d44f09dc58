using System.Collections.Concurrent;
using G8os.Core.Init;
using G8os.Decisions.Jobs;
using G8os.Linux;
using G8os.Linux.Cgroups;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Session;
using G8os.Model.Wire;
using JobResult = G8os.Model.Session.JobResult;

namespace G8os.Core.Run.Jobs;

/// <summary>
/// Runs operators' commands: accepted on disk before they start, never twice, each in a cgroup of its own, children of init so that they
/// outlive the core; the result stays until the controller has committed it.
/// </summary>
internal sealed class JobEdge
{
    public const string ChildPrefix = "job-";
    private const int RunningMax = 256;
    private const int ResendAfter = 5_000;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private readonly CgroupTree cgroups = CgroupTree.Detect();
    private readonly Children children;
    private readonly NodeClock clock;
    private readonly Func<FromNode, bool> send;
    private readonly ConcurrentDictionary<string, LiveJob> live = new();
    private readonly string boot = File.ReadAllText("/proc/1/stat").Split(") ")[^1].Split(' ')[19];
    private readonly Lock gate = new();
    private long epoch;

    private sealed class LiveJob(JobRecord record, JobState state)
    {
        public readonly JobRecord Record = record;
        public JobState State = state;
        /// <summary>Set when it is over and recorded; the result is sent until the controller has committed it.</summary>
        public JobEnd? End;
        public long SendAt;
        public required JobOutputTail Tail { get; init; }
    }

    public JobEdge(Children children, NodeClock clock, Func<FromNode, bool> send)
    {
        (this.children, this.clock, this.send) = (children, clock, send);
        children.Own(ChildPrefix, OnEnded);
        epoch = File.Exists(NodeFiles.Epoch) && long.TryParse(File.ReadAllText(NodeFiles.Epoch), out var seen) ? seen : 0;
    }

    public long HighestEpoch => Interlocked.Read(ref epoch);

    /// <summary>Takes up the jobs of a previous core; call it before ends are delivered.</summary>
    public void Resume()
    {
        var known = children.List().ToDictionary(child => child.Name);
        foreach (var record in JobFiles.All())
        {
            if (JobFiles.Committed(record.Id))
                continue;
            if (JobFiles.EndOf(record.Id) is { } end)
                Keep(record, end);
            else if (known.ContainsKey(ChildPrefix + record.Id))
                Track(record);
            else if (record.Boot == boot)
                Launch(record); // accepted, and the core died before it started
            else
                Finish(Track(record), new JobOver(Outcome.Error, -1, "the node restarted while the job ran"));
        }
        _ = Task.Run(BeatAsync);
    }

    /// <summary>Ids the controller has not committed yet, for the session's first message.</summary>
    public static IEnumerable<string> Open() => JobFiles.All().Where(record => !JobFiles.Committed(record.Id)).Select(record => record.Id);

    /// <summary>A session came up: output and results that were not committed are sent again.</summary>
    public void Resend()
    {
        foreach (var job in live.Values)
        {
            job.Tail.Rewind();
            Tell(job);
        }
    }

    public void Welcome(long newest)
    {
        if (newest > HighestEpoch)
        {
            StateDisk.Keep(NodeFiles.Epoch, System.Text.Encoding.ASCII.GetBytes(newest.ToString(System.Globalization.CultureInfo.InvariantCulture)), 0x180);
            Interlocked.Exchange(ref epoch, newest);
        }
    }

    public void Run(RunJob job)
    {
        lock (gate)
        {
            if (Refusal(job) is { } reason)
            {
                send(new FromNode { JobAccepted = new JobAccepted { Job = job.Job, Refused = true, Reason = reason } });
                return;
            }
            if (!JobFiles.Known(job.Job))
            {
                var record = new JobRecord
                {
                    Id = job.Job,
                    Command = job.Command.ToValues(),
                    MaxTimeSeconds = job.MaxTimeSeconds,
                    Boot = boot,
                    At = NodeClock.Monotonic,
                    Unix = Now,
                };
                if (TryAccept(record, job.Stdin.ToByteArray()) is { } fault)
                {
                    send(new FromNode { JobAccepted = new JobAccepted { Job = job.Job, Refused = true, Reason = fault } });
                    return;
                }
                send(new FromNode { JobAccepted = new JobAccepted { Job = job.Job } });
                Launch(record);
                return;
            }
        }
        send(new FromNode { JobAccepted = new JobAccepted { Job = job.Job } });
        if (live.TryGetValue(job.Job, out var known))
            Tell(known);
        else if (JobFiles.Known(job.Job) && JobFiles.EndOf(job.Job) is { } end)
            SendResult(job.Job, end); // committed before; a controller that forgot hears it again
    }

    /// <summary>Null when it is on disk; else why not: a job that is not could run twice.</summary>
    private static string? TryAccept(JobRecord record, byte[] stdin)
    {
        try
        {
            JobFiles.Accept(record, stdin);
            return null;
        }
        catch (Exception fault) when (DiskFault.Say(fault) is not null)
        {
            JobFiles.Discard(record.Id);
            return DiskFault.Say(fault);
        }
    }

    public void Kill(string job)
    {
        if (live.TryGetValue(job, out var found))
            Step(found, new JobKillAsked { At = NodeClock.Monotonic });
    }

    public void Committed(string job)
    {
        if (!JobFiles.IsId(job) || !JobFiles.Known(job) || JobFiles.EndOf(job) is null)
            return;
        JobFiles.Commit(job);
        children.Forget(ChildPrefix + job);
        live.TryRemove(job, out _);
    }

    private string? Refusal(RunJob job) =>
        !JobFiles.IsId(job.Job) ? "the job's id is not one"
        : job.Epoch < HighestEpoch ? $"epoch {job.Epoch} is older than {HighestEpoch}: the controller that sent it was replaced"
        : job.Command.Count == 0 ? "the command is empty"
        : live.Values.Count(one => one.End is null) >= RunningMax && !JobFiles.Known(job.Job) ? $"{RunningMax} jobs run already"
        : null;

    private void Launch(JobRecord record)
    {
        var job = Track(record);
        try
        {
            var stdin = Path.Combine(JobFiles.Of(record.Id), "stdin");
            cgroups.Create(CgroupOf(record.Id));
            children.Start(new SpawnRequest
            {
                Name = ChildPrefix + record.Id,
                Argv = [.. record.Command],
                Env = Environment(record.Id),
                Cwd = "/root",
                Stdin = SpawnStdin.Data,
                StdinData = File.Exists(stdin) ? File.ReadAllBytes(stdin) : [],
                Stdout = JobFiles.Output(record.Id, 1),
                Stderr = JobFiles.Output(record.Id, 2),
                Cgroup = CgroupOf(record.Id),
            });
        }
        catch (LinuxException fault)
        {
            Finish(job, new JobOver(Outcome.Error, 127, fault.Message));
        }
    }

    private LiveJob Track(JobRecord record)
    {
        var job = new LiveJob(record, JobMachine.Start(record.At, record.MaxTimeSeconds)) { Tail = new JobOutputTail(record.Id, send) };
        live[record.Id] = job;
        job.Tail.Start();
        return job;
    }

    private static Values<string> Environment(string job) =>
        [$"PATH={SandboxPlaces.Path}", "HOME=/root", "LANG=C.UTF-8", $"G8OS_JOB={job}"];

    private void OnEnded(string name, int status)
    {
        if (live.TryGetValue(name[ChildPrefix.Length..], out var job))
            Step(job, new JobExited(WaitStatus.ExitCode(status)) { At = NodeClock.Monotonic });
    }

    private void Step(LiveJob job, JobHappened happened)
    {
        lock (job)
        {
            if (job.State is JobOver)
                return;
            (job.State, var effect) = JobMachine.Step(job.State, happened);
            if (effect is SignalJob signal)
                cgroups.SignalAll(CgroupOf(job.Record.Id), signal.Signal);
            if (job.State is JobOver over)
                Finish(job, over);
        }
    }

    private void Finish(LiveJob job, JobOver over)
    {
        var id = job.Record.Id;
        if (cgroups.Exists(CgroupOf(id)) && cgroups.KillAll(CgroupOf(id), KillLimit)) // what the command left behind dies with it
            cgroups.Remove(CgroupOf(id));
        var end = new JobEnd(over.Outcome, over.ExitCode, over.Reason, job.Record.Unix, Now);
        JobFiles.End(id, end);
        job.End = end;
        Tell(job);
    }

    /// <summary>A job that is over and not committed, left by a previous core.</summary>
    private void Keep(JobRecord record, JobEnd end) =>
        live[record.Id] = new LiveJob(record, new JobOver(end.Outcome, end.ExitCode, end.Reason)) { Tail = new JobOutputTail(record.Id, send), End = end };

    /// <summary>Sends the result of a job that is over, after the last of its output.</summary>
    private void Tell(LiveJob job)
    {
        if (job.End is not { } end)
            return;
        var drained = job.Tail.Drain();
        job.SendAt = NodeClock.Monotonic + (drained ? ResendAfter : 0);
        if (drained)
            SendResult(job.Record.Id, end);
    }

    private void SendResult(string job, JobEnd end) => send(new FromNode
    {
        JobResult = new JobResult
        {
            Job = job,
            Outcome = end.Outcome.ToString().ToLowerInvariant(),
            ExitCode = end.ExitCode,
            Reason = end.Reason,
            StartedUnixMs = end.StartedUnix,
            EndedUnixMs = end.EndedUnix,
        },
    });

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat);
        while (await timer.WaitForNextTickAsync())
            foreach (var job in live.Values)
            {
                if (JobMachine.NextDeadline(job.State) <= NodeClock.Monotonic)
                    Step(job, new JobTicked { At = NodeClock.Monotonic });
                if (job.End is not null && job.SendAt <= NodeClock.Monotonic)
                    Tell(job);
            }
    }

    private static string CgroupOf(string job) => "g8os-job-" + job;

    private long Now => clock.Now.ToUnixTimeMilliseconds();
}

using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Model.Wire;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Jobs;

/// <summary>What nodes say of their jobs.</summary>
internal sealed partial class JobBook
{
    /// <summary>The node has it on disk, or refuses it.</summary>
    public void Accepted(string nodeId, Proto.JobAccepted message)
    {
        if (Find(message.Job, nodeId) is not var (job, target))
            return;
        if (message.Refused)
            Finish(job, target, Outcome.Refused, NodeStatus.Clean(message.Reason));
        else
            MarkRunning(job, target);
    }

    /// <summary>Live output.</summary>
    public void Output(string nodeId, Proto.JobOutput message)
    {
        if (Find(message.Job, nodeId) is not var (job, target) || message.Stream is not (1 or 2) || message.Offset < 0 || message.Offset > long.MaxValue / 4)
            return;
        lock (job.Gate)
        {
            if (target.State == TargetState.Done)
                return;
            target.Output ??= new OutputRing(job.RingSize);
            target.Output.Append(message.Stream, message.Offset, message.Dropped, message.Data.Span);
            job.Changed(target);
        }
    }

    /// <summary>How it ended. Recorded once; then, and whenever the node repeats it, the node may forget it.</summary>
    public void Result(Session session, Proto.JobResult message)
    {
        if (Find(message.Job, session.NodeId) is not var (job, target))
        {
            session.Send(Committed(message.Job));
            return;
        }
        bool done;
        lock (job.Gate)
            done = target.State == TargetState.Done;
        if (done)
        {
            session.Send(Committed(message.Job));
            return;
        }
        var known = Enum.TryParse<Outcome>(message.Outcome, ignoreCase: true, out var outcome) && outcome is not Outcome.Expired && Enum.IsDefined(outcome);
        Finish(
            job, target, known ? outcome : Outcome.Error, known ? NodeStatus.Clean(message.Reason) : $"the node said '{NodeStatus.Clean(message.Outcome)}'",
            message.ExitCode, Time(message.StartedUnixMs), Time(message.EndedUnixMs));
    }

    private (Job, Target)? Find(string jobId, string nodeId) =>
        jobs.TryGetValue(jobId, out var job) && job.ByNode.TryGetValue(nodeId, out var target) ? (job, target) : null;

    private void MarkRunning(Job job, Target target)
    {
        lock (job.Gate)
        {
            if (target.State is TargetState.Running or TargetState.Done)
                return;
            target.State = TargetState.Running;
            target.Started ??= ControllerClock.Now;
        }
        Record($"that {target.Name} runs job {job.Id}", database.Write(tx => JobRows.Mark(tx, job.Id, target.NodeId, TargetState.Running)));
    }

    private void Finish(
        Job job, Target target, Outcome outcome, string reason, int? exitCode = null, DateTimeOffset? started = null, DateTimeOffset? ended = null)
    {
        lock (job.Gate)
        {
            if (target.State == TargetState.Done || target.Deciding)
                return;
            target.Deciding = true;
        }
        var result = new JobResult
        {
            Node = target.Name,
            NodeId = target.NodeId,
            State = "done",
            Outcome = outcome,
            ExitCode = exitCode,
            Reason = reason,
            Started = started,
            Ended = ended ?? ControllerClock.Now,
        };
        var write = database.Write(tx =>
        {
            JobRows.Finish(tx, job.Id, result);
            tx.AfterCommit(() => Finished(job, target, result));
        });
        Record($"the result of job {job.Id} on {target.Name}", write, () =>
        {
            // The node repeats its result, expiry comes again with the next tick.
            lock (job.Gate)
                target.Deciding = false;
        });
    }

    private void Finished(Job job, Target target, JobResult result)
    {
        bool last;
        lock (job.Gate)
        {
            target.State = TargetState.Done;
            (target.Outcome, target.ExitCode, target.Reason) = (result.Outcome, result.ExitCode, result.Reason);
            (target.Started, target.Ended) = (result.Started, result.Ended);
            last = --job.Unfinished == 0;
            if (last)
                job.Run = null;
            job.Changed(target);
        }
        if (byNode.TryGetValue(target.NodeId, out var mine))
            mine.TryRemove(job.Id, out _);
        if (last)
            Retire(job);
        sessions.Get(target.NodeId)?.Send(Committed(job.Id));
    }

    private void Retire(Job job)
    {
        Interlocked.Decrement(ref unfinished);
        lock (finishedGate)
        {
            finished.Enqueue(job);
            finishedTargets += job.Targets.Count;
            while (finished.Count > 1 && (finished.Count > JobLimits.MaxFinished || finishedTargets > JobLimits.MaxFinishedTargets))
            {
                var oldest = finished.Dequeue();
                finishedTargets -= oldest.Targets.Count;
                jobs.TryRemove(oldest.Id, out _);
            }
        }
    }

    private void Record(string what, Task write, Action? undo = null) => _ = Watch(what, write, undo);

    private async Task Watch(string what, Task write, Action? undo)
    {
        try
        {
            await write;
        }
        catch (StorageFault fault)
        {
            Log.NotRecorded(log, what, fault.Message);
            undo?.Invoke();
        }
    }

    private static Proto.FromController Committed(string job) => new() { ResultCommitted = new Proto.ResultCommitted { Job = job } };

    private static DateTimeOffset? Time(long milliseconds)
    {
        const long Year9999 = 253_402_300_799_999;
        return milliseconds is > 0 and < Year9999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}

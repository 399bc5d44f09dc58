using G8os.Model.Wire;

namespace G8os.Controller.Jobs;

/// <summary>
/// One follower of a job. It holds no output: only a position per node, and which nodes have something new, so that a slow reader costs
/// nothing and loses the oldest bytes, counted.
/// </summary>
internal sealed class JobReader(Job job) : IDisposable
{
    private readonly long[] positions = new long[job.Targets.Count];
    private readonly bool[] marked = new bool[job.Targets.Count];
    private readonly Queue<Target> changed = [];
    private readonly SemaphoreSlim signal = new(0, 1);
    private int results;

    /// <summary>True when the last result was read.</summary>
    public bool Done => results == job.Targets.Count;

    /// <summary>Call with the job's lock held.</summary>
    public void Mark(Target target)
    {
        if (marked[target.Index])
            return;
        marked[target.Index] = true;
        changed.Enqueue(target);
        if (signal.CurrentCount == 0)
            signal.Release();
    }

    /// <summary>What is new on one node; empty when nothing came within the time.</summary>
    public async Task<IReadOnlyList<JobEvent>> Next(TimeSpan limit, CancellationToken stop)
    {
        if (Take() is { } ready)
            return ready;
        await signal.WaitAsync(limit, stop);
        return Take() ?? [];
    }

    public void Dispose()
    {
        job.Forget(this);
        signal.Dispose();
    }

    private List<JobEvent>? Take()
    {
        lock (job.Gate)
        {
            if (!changed.TryDequeue(out var target))
                return null;
            marked[target.Index] = false;
            var events = new List<JobEvent>();
            foreach (var piece in target.Output?.Read(ref positions[target.Index]) ?? [])
                events.Add(new JobEvent { Node = target.Name, Stream = piece.Stream, Data = Convert.ToBase64String(piece.Data), Dropped = piece.Dropped });
            if (target.State == TargetState.Done)
            {
                results++;
                var lost = (target.Output?.End ?? 0) - positions[target.Index];
                events.Add(new JobEvent { Node = target.Name, Result = target.View(), Dropped = lost });
            }
            return events;
        }
    }
}

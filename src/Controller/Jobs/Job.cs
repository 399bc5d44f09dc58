using G8os.Model;
using G8os.Model.Wire;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Jobs;

/// <summary>A job in memory: unfinished, or finished and still worth reading. Everything in it is guarded by <see cref="Gate"/>.</summary>
internal sealed class Job
{
    private readonly List<JobReader> readers = [];

    public Job(string id, Values<string> command, string by, DateTimeOffset created, IReadOnlyList<Target> targets)
    {
        (Id, Command, By, Created, Targets) = (id, command, by, created, targets);
        ByNode = targets.ToDictionary(target => target.NodeId, StringComparer.Ordinal);
        Unfinished = targets.Count(target => target.State != TargetState.Done);
        RingSize = Math.Clamp(JobLimits.OutputPerJob / Math.Max(1, targets.Count), JobLimits.MinRing, JobLimits.MaxRing);
    }

    public Lock Gate { get; } = new();
    public string Id { get; }
    public Values<string> Command { get; }
    public string By { get; }
    public DateTimeOffset Created { get; }
    public IReadOnlyList<Target> Targets { get; }
    public Dictionary<string, Target> ByNode { get; }
    public int Unfinished { get; set; }
    public int RingSize { get; }
    /// <summary>The one message all nodes get; dropped with the last result.</summary>
    public Proto.FromController? Run { get; set; }

    public JobView View()
    {
        lock (Gate)
        {
            return new JobView
            {
                Id = Id,
                Command = Command,
                By = By,
                Created = Created,
                Done = Unfinished == 0,
                Results = Targets.Select(target => target.View()).ToValues(),
            };
        }
    }

    /// <summary>A reader that sees everything still held, then what comes.</summary>
    public JobReader Read()
    {
        var reader = new JobReader(this);
        lock (Gate)
        {
            if (readers.Count >= JobLimits.MaxReaders)
                throw new Http.ApiFault(429, "too-many", $"cannot read job {Id}: {JobLimits.MaxReaders} readers follow it already", "close one");
            readers.Add(reader);
            foreach (var target in Targets.Where(target => target.State == TargetState.Done || target.Output is not null))
                reader.Mark(target);
        }
        return reader;
    }

    public void Forget(JobReader reader)
    {
        lock (Gate)
            readers.Remove(reader);
    }

    /// <summary>Tells readers that a target has something new. Call with the lock held.</summary>
    public void Changed(Target target)
    {
        foreach (var reader in readers)
            reader.Mark(target);
    }
}

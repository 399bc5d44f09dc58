using G8os.Model.Wire;

namespace G8os.Controller.Jobs;

/// <summary>How far a job is on a node. Sent: it may have reached the node; running: the node has it on disk.</summary>
internal enum TargetState { Queued, Sent, Running, Done }

/// <summary>One (job, node) pair. Guarded by its job's lock.</summary>
internal sealed class Target(int index, string nodeId, string name)
{
    public int Index => index;
    public string NodeId => nodeId;
    public string Name => name;
    public TargetState State { get; set; }
    public bool KillWanted { get; set; }
    /// <summary>A result is on its way to the disk.</summary>
    public bool Deciding { get; set; }
    /// <summary>When a node that has not taken it is given up.</summary>
    public DateTimeOffset Deadline { get; set; }
    public Outcome? Outcome { get; set; }
    public int? ExitCode { get; set; }
    public string Reason { get; set; } = "";
    public DateTimeOffset? Started { get; set; }
    public DateTimeOffset? Ended { get; set; }
    public OutputRing? Output { get; set; }

    public JobResult View() => new()
    {
        Node = name,
        NodeId = nodeId,
        State = State.ToString().ToLowerInvariant(),
        Outcome = Outcome,
        ExitCode = ExitCode,
        Reason = Reason,
        Started = Started,
        Ended = Ended,
    };
}

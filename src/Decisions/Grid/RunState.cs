using System.Collections.Immutable;

namespace G8os.Decisions.Grid;

/// <summary>How a run ended.</summary>
public enum RunOutcome { Ok, Failed, Reverted, Stuck, Superseded }

/// <summary>Where one step of a run is.</summary>
public enum StepPhase
{
    /// <summary>Something has to be done or ready before it.</summary>
    Blocked,
    /// <summary>Its manifest is issued; the node has not taken it up.</summary>
    Dispatched,
    /// <summary>The node goes by it.</summary>
    Running,
    /// <summary>Its node is offline: the result is pending.</summary>
    Unknown,
    Ok,
    Error,
    Skipped,
    /// <summary>The node did not come back in a day.</summary>
    Expired,
    /// <summary>What was before is issued again.</summary>
    Reverting,
    Reverted,
}

/// <summary>One step: where it is, since when, and why.</summary>
public sealed record RunStep
{
    public StepPhase Phase { get; init; }
    /// <summary>Generation of the node's manifest that carries it.</summary>
    public long Generation { get; init; }
    /// <summary>When it is given up or judged; null when nothing is due.</summary>
    public long? Due { get; init; }
    /// <summary>Ready without a break since then.</summary>
    public long? HealthySince { get; init; }
    /// <summary>When <see cref="Phase"/> last changed.</summary>
    public long Since { get; init; }
    public string Reason { get; init; } = "";

    public bool IsOver => Phase is StepPhase.Ok or StepPhase.Error or StepPhase.Skipped or StepPhase.Expired or StepPhase.Reverted;
    public bool IsUnderWay => Phase is StepPhase.Dispatched or StepPhase.Running or StepPhase.Unknown or StepPhase.Reverting;
}

/// <summary>
/// One durable execution of a plan. <see cref="Plan"/>, <see cref="Number"/>, <see cref="Steps"/>, <see cref="Failing"/>, <see cref="Progress"/> and
/// <see cref="Outcome"/> are what is kept; issued manifests are kept beside them, and nodes say again what they run.
/// </summary>
public sealed record RunState
{
    /// <summary>Counts from 1.</summary>
    public required long Number { get; init; }
    public required GridPlan Plan { get; init; }
    public required ImmutableSortedDictionary<string, RunStep> Steps { get; init; }
    public required GridIssued Issued { get; init; }
    /// <summary>By node name, since this controller started.</summary>
    public ImmutableSortedDictionary<string, NodeSeen> Seen { get; init; } = ImmutableSortedDictionary.Create<string, NodeSeen>(StringComparer.Ordinal);
    /// <summary>Something went wrong: nothing new is begun.</summary>
    public bool Failing { get; init; }
    /// <summary>When something last went on.</summary>
    public long Progress { get; init; }
    public RunOutcome? Outcome { get; init; }
    public string Reason { get; init; } = "";
}

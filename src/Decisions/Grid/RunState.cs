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
    /// <summary>Its node is offline. With a generation: it is issued and the result is pending. Without: a restart is not issued to who is away.</summary>
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
    /// <summary>While its node is offline: milliseconds that were left until it was given up, so that a session that comes and goes gains no time.</summary>
    public long? Left { get; init; }
    /// <summary>When it has to be looked at again: it has been ready long enough, or it is given up.</summary>
    public long? DueAt(ServiceChange change) =>
        Phase == StepPhase.Running && HealthySince is { } since && change.New is not null && since + change.Soak < Due ? since + change.Soak : Due;

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

    /// <summary>Derived from the plan.</summary>
    public required RunIndex Index { get; init; }
    /// <summary>Derived: steps that are not over.</summary>
    public int Open { get; init; }
    /// <summary>Derived: steps that something is under way for.</summary>
    public int UnderWay { get; init; }
    /// <summary>Derived: the node of each issued service.</summary>
    public required ImmutableSortedDictionary<string, string> Places { get; init; }
    /// <summary>Derived: when which step has to be looked at.</summary>
    public ImmutableSortedSet<StepDue> Due { get; init; } = [];

    /// <summary>Takes up what was kept, after the controller started again: <paramref name="issued"/> comes from the same transaction.</summary>
    public static RunState Resume(RunRecord kept, GridIssued issued)
    {
        var state = new RunState
        {
            Number = kept.Number, Plan = kept.Plan.ToPlan(), Steps = kept.StepsByKey(), Issued = issued, Failing = kept.Failing, Progress = kept.Progress,
            Outcome = kept.Outcome, Reason = kept.Reason, Index = null!, Places = PlacesOf(issued),
        };
        return state with
        {
            Index = new(state.Plan),
            Open = state.Steps.Values.Count(step => !step.IsOver),
            UnderWay = state.Steps.Values.Count(step => step.IsUnderWay),
            Due = [.. state.Steps.Where(entry => entry.Value.DueAt(state.Plan.Changes[entry.Key]) is not null).Select(entry => new StepDue(entry.Value.DueAt(state.Plan.Changes[entry.Key])!.Value, entry.Key))],
        };
    }

    internal static ImmutableSortedDictionary<string, string> PlacesOf(GridIssued issued)
    {
        var places = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var service in GridPlanner.Services(issued).Values)
            places.Add(service.Id, service.Node);
        return places.ToImmutable();
    }
}

/// <summary>A moment and the step it is for, in order of time.</summary>
public readonly record struct StepDue(long At, string Key) : IComparable<StepDue>
{
    public int CompareTo(StepDue other) => At != other.At ? At.CompareTo(other.At) : string.CompareOrdinal(Key, other.Key);
    public static bool operator <(StepDue left, StepDue right) => left.CompareTo(right) < 0;
    public static bool operator >(StepDue left, StepDue right) => left.CompareTo(right) > 0;
    public static bool operator <=(StepDue left, StepDue right) => left.CompareTo(right) <= 0;
    public static bool operator >=(StepDue left, StepDue right) => left.CompareTo(right) >= 0;
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Decisions.Grid;

/// <summary>What is kept of a run on disk: enough to go on with it. JSON through <see cref="GridJson"/>.</summary>
public sealed record RunRecord
{
    public required long Number { get; init; }
    public required PlanRecord Plan { get; init; }
    public required Values<StepRecord> Steps { get; init; }
    public required bool Failing { get; init; }
    public required long Progress { get; init; }
    public RunOutcome? Outcome { get; init; }
    public required string Reason { get; init; }

    public static RunRecord Of(RunState state) => new()
    {
        Number = state.Number, Plan = PlanRecord.Of(state.Plan), Steps = state.Steps.Select(entry => new StepRecord(entry.Key, entry.Value)).ToValues(),
        Failing = state.Failing, Progress = state.Progress, Outcome = state.Outcome, Reason = state.Reason,
    };

    internal ImmutableSortedDictionary<string, RunStep> StepsByKey() => Steps.ToImmutableSortedDictionary(row => row.Key, row => row.Step, StringComparer.Ordinal);
}

/// <summary>A step by the key of its change.</summary>
public sealed record StepRecord(string Key, RunStep Step);

/// <summary>A plan as a list.</summary>
public sealed record PlanRecord(string Id, string Commit, Values<ServiceChange> Changes, Values<NodeChange> Nodes, int Unchanged)
{
    public static PlanRecord Of(GridPlan plan) => new(plan.Id, plan.Commit, plan.Changes.Values.ToValues(), plan.Nodes, plan.Unchanged);

    public GridPlan ToPlan() => new()
    {
        Id = Id, Commit = Commit, Nodes = Nodes, Unchanged = Unchanged,
        Changes = Changes.ToImmutableSortedDictionary(change => change.Key, change => change, StringComparer.Ordinal),
    };
}

/// <summary>The JSON of what is kept of plans, runs and issued manifests.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(PlanRecord))]
[JsonSerializable(typeof(NodeIssue))]
public sealed partial class GridJson : JsonSerializerContext;

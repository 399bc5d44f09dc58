using System.Collections.Immutable;
using System.Diagnostics;

namespace G8os.Decisions.Grid;

/// <summary>
/// Carries out a plan, step by step: what is needed is ready before what needs it, each change is judged by the health of its service, and a failed update
/// is put back. It only ever says what each node shall run; nodes do it. Its state is kept before its effects are done, so that a controller that dies goes on from it.
/// </summary>
public static class RunMachine
{
    /// <param name="number">The run's number.</param>
    /// <param name="plan">What is to be done; made from <paramref name="issued"/>.</param>
    /// <param name="issued">What was issued before.</param>
    /// <param name="seen">What the nodes last said.</param>
    /// <param name="at">Unix milliseconds.</param>
    public static (RunState State, IReadOnlyList<RunEffect> Effects) Start(
        long number, GridPlan plan, GridIssued issued, ImmutableSortedDictionary<string, NodeSeen> seen, long at)
    {
        var steps = ImmutableSortedDictionary.CreateBuilder<string, RunStep>(StringComparer.Ordinal);
        foreach (var key in plan.Changes.Keys)
            steps.Add(key, new RunStep { Since = at });
        var state = new RunState
        {
            Number = number, Plan = plan, Steps = steps.ToImmutable(), Issued = issued, Seen = seen, Progress = at,
            Index = new(plan), Open = plan.Changes.Count, Places = RunState.PlacesOf(issued),
        };
        var turn = new RunTurn(state, at);
        foreach (var change in plan.Nodes)
            turn.Equip(change);
        turn.LookAt(plan.Changes.Keys);
        return turn.End();
    }

    public static (RunState State, IReadOnlyList<RunEffect> Effects) Step(RunState state, RunEvent happened)
    {
        if (state.Outcome is not null)
            return (state, []);
        var turn = new RunTurn(state, happened.At);
        switch (happened)
        {
            case NodeReported reported:
                turn.See(reported.Node, reported.Seen with { Connected = true });
                break;
            case NodeLeft left:
                turn.See(left.Node, state.Seen.GetValueOrDefault(left.Node, NodeSeen.Never) with { Connected = false });
                break;
            case NodeForgotten forgotten:
                turn.Forget(forgotten.Node);
                break;
            case RunTicked:
                turn.LookAtDue();
                break;
            default:
                throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}");
        }
        return turn.End();
    }

    /// <summary>A newer plan takes over: what was issued stays issued, and the newer plan begins from it.</summary>
    public static RunState Supersede(RunState state, string by) =>
        state.Outcome is null ? state with { Outcome = RunOutcome.Superseded, Reason = $"superseded by {by}" } : state;

    /// <summary>When the machine next wants a <see cref="RunTicked"/>; null when the run is over.</summary>
    public static long? NextDeadline(RunState state) =>
        state.Outcome is not null ? null : state.UnderWay == 0 ? state.Progress + RunLimits.Stuck : state.Due.IsEmpty ? null : state.Due.Min.At;
}

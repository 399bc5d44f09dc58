using System.Collections.Immutable;
using System.Diagnostics;
using G8os.Decisions.Git;
using G8os.Decisions.Grid;

namespace G8os.Controller.Robot;

internal sealed partial class RobotDesk
{
    private KeptRun? run;
    /// <summary>The run's state as it is on disk, or will be with what is collected.</summary>
    private RunState? written;
    private DateTimeOffset? ended;
    /// <summary>Lines of the run's story so far.</summary>
    private long lines;

    /// <summary>When the run next wants to be looked at, Unix milliseconds; null when it does not.</summary>
    public long? NextDeadline => run is null ? null : RunMachine.NextDeadline(run.State);

    /// <summary>Time passed.</summary>
    public void Tick()
    {
        if (NextDeadline is { } due && due <= Now)
            Step(new RunTicked { At = Now });
    }

    private void Begin(GridPlan next, string who)
    {
        if (run is { State.Outcome: null })
            Supersede(next);
        var (state, effects) = RunMachine.Start((run?.State.Number ?? 0) + 1, next, issued, SeenByName(), Now);
        var begun = new KeptRun(state, who, attempt, ControllerClock.Now, null);
        Writes.Add(tx => RunRows.Begin(tx, begun));
        (run, written, ended, lines) = (begun, state, null, 0);
        Do(effects);
        foreach (var name in Deserted())
            Forget(name);
    }

    private void Supersede(GridPlan next)
    {
        var reason = next.Commit == run!.State.Plan.Commit ? "it begins again" : $"commit {PushRules.Short(next.Commit)} came";
        run = run with { State = run.State with { Outcome = RunOutcome.Superseded, Reason = reason }, Ended = ControllerClock.Now };
        Tell(new RunTold("", "superseded", reason));
        Collect();
    }

    private void Step(RunEvent happened)
    {
        if (run is not { State.Outcome: null })
            return;
        var (state, effects) = RunMachine.Step(run.State, happened);
        if (ReferenceEquals(state, run.State) && effects.Count == 0)
            return;
        run = run with { State = state };
        Do(effects);
    }

    private void Do(IReadOnlyList<RunEffect> effects)
    {
        issued = run!.State.Issued;
        var over = false;
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case IssueManifest issue:
                    Issue(issue.Node, issue.Issue, send: true);
                    break;
                case KeepIssue keep:
                    Issue(keep.Node, keep.Issue, send: false);
                    break;
                case RunTold told:
                    Tell(told);
                    break;
                case Orphaned orphan:
                    var (number, time) = (run.State.Number, ControllerClock.Now);
                    Writes.Add(tx => RunRows.Orphan(tx, number, time, orphan));
                    break;
                case RunEnded end:
                    Tell(new RunTold("", $"ended {end.Outcome.ToString().ToLowerInvariant()}", end.Reason));
                    run = run with { Ended = ControllerClock.Now };
                    over = true;
                    break;
                default:
                    throw new UnreachableException($"internal error: {effect} is not handled");
            }
        }
        if (over)
            Decide(run.Who, applied: false);
    }

    private void Tell(RunTold told)
    {
        var (number, line, time) = (run!.State.Number, ++lines, ControllerClock.Now);
        if (line <= RunRows.MaxLines)
            Writes.Add(tx => RunRows.Tell(tx, number, line, time, told));
    }

    /// <summary>Call before <see cref="Writes"/> are written: what the run became since is written once, however much happened.</summary>
    public void Collect()
    {
        if (run is null || ReferenceEquals(written, run.State) && ended == run.Ended)
            return;
        var (before, now) = (written!, run);
        Writes.Add(tx => RunRows.Follow(tx, before, now));
        (written, ended) = (now.State, now.Ended);
    }

    private ImmutableSortedDictionary<string, NodeSeen> SeenByName() => bound
        .Where(row => voices.ContainsKey(row.Value))
        .ToImmutableSortedDictionary(row => row.Key, row => voices[row.Value].Seen, StringComparer.Ordinal);

    // Of the plan's nodes: those that no commit names and no machine is: nobody will ever say that their services are gone.
    private string[] Deserted() => [.. run!.State.Plan.Changes.Values.Select(change => change.Node).Distinct(StringComparer.Ordinal)
        .Where(name => !bound.ContainsKey(name) && !wanted!.Nodes.ContainsKey(name))];
}

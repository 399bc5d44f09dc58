using System.Collections.Immutable;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>One event's work on a run: looks at the steps it touches until nothing more follows, then issues each touched node once.</summary>
internal sealed partial class RunTurn(RunState state, long at)
{
    private readonly List<RunEffect> effects = [];
    private readonly Queue<string> open = [];
    private readonly SortedDictionary<string, NodeIssue> touched = new(StringComparer.Ordinal);
    private readonly SortedSet<string> kept = new(StringComparer.Ordinal);
    /// <summary>Apps whose next instances may have their turn.</summary>
    private readonly SortedSet<string> rolling = new(StringComparer.Ordinal);

    public void LookAt(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            open.Enqueue(key);
        do
        {
            while (open.TryDequeue(out var next))
                Look(next);
            if (rolling.Min is { } app && rolling.Remove(app))
                Roll(app);
        } while (open.Count > 0 || rolling.Count > 0);
    }

    public void LookAtDue()
    {
        LookAt([.. state.Due.TakeWhile(due => due.At <= at).Select(due => due.Key)]);
        if (state.UnderWay == 0 && state.Open > 0 && at >= state.Progress + RunLimits.Stuck)
            End(RunOutcome.Stuck, $"nothing went on for {RunLimits.Stuck / 60_000} min{state.Steps.Where(entry => !entry.Value.IsOver).Select(entry => $": {entry.Key}: {entry.Value.Reason}").FirstOrDefault()}");
    }

    /// <summary>A node said something, or is gone.</summary>
    public void See(string node, NodeSeen seen)
    {
        var before = state.Seen.GetValueOrDefault(node, NodeSeen.Never);
        state = state with { Seen = state.Seen.SetItem(node, seen) };
        foreach (var key in state.Index.On(node))
            open.Enqueue(key);
        foreach (var service in state.Issued.Of(node).Services.Items)
            if (state.Index.Consuming(service.Id) is { Count: > 0 } consumers
                && (before.Connected != seen.Connected || before.App(service.App.Name) != seen.App(service.App.Name)))
                foreach (var key in consumers)
                    open.Enqueue(key);
        LookAt([]);
    }

    /// <summary>Nobody waits for the node any more: what it ran is listed, what was to be done there is left, what was to go counts as gone.</summary>
    public void Forget(string node)
    {
        var issue = state.Issued.Of(node);
        foreach (var service in issue.Services.Items.Concat(issue.Leaving.Items))
            effects.Add(new Orphaned(service.Id, node));
        state = state with
        {
            Seen = state.Seen.Remove(node),
            Issued = state.Issued with { Nodes = state.Issued.Nodes.Remove(node) },
            Places = state.Places.RemoveRange(issue.Services.Keys),
        };
        foreach (var key in state.Index.On(node))
            if (state.Steps[key] is { IsOver: false } step)
            {
                if (state.Plan.Changes[key].New is null)
                    Set(key, step with { Phase = StepPhase.Ok, Due = null, Reason = $"{node} was removed: what it ran is an orphan" });
                else
                    Set(key, step with { Phase = StepPhase.Skipped, Due = null, Reason = $"{node} was removed from the grid" });
            }
        LookAt([]);
    }

    /// <summary>Gives a node its tool sandboxes: nothing waits for that.</summary>
    public void Equip(NodeChange change) => Touch(change.Node, IssueOf(change.Node) with { Sandboxes = change.New });

    public (RunState State, IReadOnlyList<RunEffect> Effects) End()
    {
        foreach (var (node, issue) in touched)
        {
            var next = issue with { Generation = state.Issued.Of(node).Generation + 1, Commit = state.Plan.Commit };
            state = state with { Issued = state.Issued.With(node, next) };
            effects.Add(new IssueManifest(node, next));
        }
        foreach (var node in kept.Where(node => !touched.ContainsKey(node) && state.Issued.Nodes.ContainsKey(node)))
            effects.Add(new KeepIssue(node, state.Issued.Of(node)));
        if (state.Failing)
            LeaveOffline();
        if (state.Outcome is null && state.Open == 0)
            End(OutcomeOf(), ReasonOf());
        return (state, effects);
    }

    /// <summary>A run that failed waits for nobody who is offline.</summary>
    private void LeaveOffline()
    {
        if (state.Steps.Values.All(step => step.IsOver || step.Phase == StepPhase.Unknown))
            foreach (var (key, step) in state.Steps)
                if (step.Phase == StepPhase.Unknown)
                    Set(key, step with { Phase = StepPhase.Skipped, Due = null, Reason = $"{step.Reason}; another step failed" });
    }

    private void End(RunOutcome outcome, string reason)
    {
        state = state with { Outcome = outcome, Reason = reason };
        effects.Add(new RunEnded(outcome, reason));
    }

    private RunOutcome OutcomeOf() =>
        Any(StepPhase.Reverted) ? RunOutcome.Reverted : Any(StepPhase.Error) || Any(StepPhase.Expired) ? RunOutcome.Failed : RunOutcome.Ok;

    private string ReasonOf()
    {
        if (state.Failing)
            return state.Reason;
        foreach (var (key, step) in state.Steps)
            if (step.Phase is StepPhase.Error or StepPhase.Reverted or StepPhase.Expired)
                return $"{key}: {step.Reason}";
        return "";
    }

    private bool Any(StepPhase phase) => state.Steps.Values.Any(step => step.Phase == phase);

    private NodeIssue IssueOf(string node) => touched.TryGetValue(node, out var issue) ? issue : state.Issued.Of(node);

    private void Touch(string node, NodeIssue issue) => touched[node] = issue;

    /// <summary>The generation that carries what is put into the node's manifest in this turn.</summary>
    private long NextGeneration(string node) => state.Issued.Of(node).Generation + 1;

    private NodeSeen SeenOf(string node) => state.Seen.GetValueOrDefault(node, NodeSeen.Never);

    /// <summary>Puts a step where it is now, tells it, and looks at what comes after it.</summary>
    private void Set(string key, RunStep step)
    {
        var (before, change) = (state.Steps[key], state.Plan.Changes[key]);
        if (step == before)
            return;
        var moved = step.Phase != before.Phase;
        if (moved)
            step = step with { Since = at };
        var due = state.Due;
        if (before.DueAt(change) is { } old)
            due = due.Remove(new(old, key));
        if (step.DueAt(change) is { } next)
            due = due.Add(new(next, key));
        state = state with
        {
            Steps = state.Steps.SetItem(key, step), Due = due,
            Open = state.Open + (step.IsOver ? 0 : 1) - (before.IsOver ? 0 : 1),
            UnderWay = state.UnderWay + (step.IsUnderWay ? 1 : 0) - (before.IsUnderWay ? 1 : 0),
            Progress = moved ? at : state.Progress,
        };
        if (!moved)
            return;
        effects.Add(new RunTold(key, step.Phase.ToString().ToLowerInvariant(), step.Reason));
        open.Enqueue(key);
        if (moved && change is { Restarts: true, New: { } now } && HoldsPlace(before) && !HoldsPlace(step))
            rolling.Add(now.App.Name);
        if (step.IsOver)
            foreach (var follower in state.Index.Following(key))
                open.Enqueue(follower);
    }

    /// <summary>The service runs as it was issued, and is ready.</summary>
    private bool IsReady(string service)
    {
        if (!state.Places.TryGetValue(service, out var node) || IssueOf(node).Services.Find(service) is not { } issued || SeenOf(node) is not { Connected: true } seen)
            return false;
        return seen.App(issued.App.Name) is { Ready: true } app && app.Digest == AppDigest.Of(issued.App);
    }
}

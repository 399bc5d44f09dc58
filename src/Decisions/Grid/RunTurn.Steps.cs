using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>What becomes of one step.</summary>
internal sealed partial class RunTurn
{
    private void Look(string key)
    {
        var (step, change) = (state.Steps[key], state.Plan.Changes[key]);
        switch (step.Phase)
        {
            case StepPhase.Blocked:
                LookAtBlocked(key, step, change);
                break;
            case StepPhase.Unknown when step.Generation == 0:
                LookAtAway(key, step, change);
                break;
            case StepPhase.Dispatched or StepPhase.Unknown or StepPhase.Running:
                LookAtWork(key, step, change);
                break;
            case StepPhase.Reverting:
                LookAtRevert(key, step, change.Back!);
                break;
        }
    }

    private void LookAtBlocked(string key, RunStep step, ServiceChange change)
    {
        if (state.Failing)
            Set(key, step with { Phase = StepPhase.Skipped, Reason = "another step failed" });
        else if (change.After.FirstOrDefault(first => state.Steps[first] is { IsOver: true, Phase: not StepPhase.Ok }) is { } lost)
            Set(key, step with { Phase = StepPhase.Skipped, Reason = $"{lost} did not succeed" });
        else if (WaitsFor(change) is { } waits)
            Set(key, step with { Reason = waits });
        else if (!change.Restarts)
            Dispatch(key, step, change);
        else if (!SeenOf(change.Node).Connected)
            Set(key, step with { Phase = StepPhase.Unknown, Due = at + RunLimits.Offline, Reason = $"{change.Node} is offline: it is not given a new version before it is back" });
        else
            rolling.Add(change.New!.App.Name);
    }

    private string? WaitsFor(ServiceChange change)
    {
        foreach (var first in change.After)
            if (state.Steps[first].Phase != StepPhase.Ok)
                return $"{first} comes first";
        foreach (var first in change.Behind)
            if (!state.Steps[first].IsOver)
                return $"{first} comes first";
        // What is only judged is issued already: it waits for nobody.
        if (change.Kind != ChangeKind.Verify)
            foreach (var producer in change.New?.Producers ?? [])
                if (!IsReady(producer))
                    return $"{producer} is not ready";
        return null;
    }

    /// <summary>An instance that is not restarted because its node is away.</summary>
    private void LookAtAway(string key, RunStep step, ServiceChange change)
    {
        if (state.Failing)
            Set(key, step with { Phase = StepPhase.Skipped, Due = null, Reason = "another step failed" });
        else if (SeenOf(change.Node).Connected)
            Set(key, step with { Phase = StepPhase.Blocked, Due = null, Reason = "" });
        else if (at >= step.Due)
        {
            // All others run the new version: when the node does come back, it takes it too.
            Issue(change);
            Set(key, step with { Phase = StepPhase.Expired, Due = null, Reason = $"{change.Node} was offline for {RunLimits.Offline / 3600_000} h" });
        }
    }

    /// <summary>The next instances of an app get the new version: the canaries first, and never more at once than its policy says. Who is away is passed over.</summary>
    private void Roll(string app)
    {
        var keys = state.Index.UpdatesOf(app);
        var (flying, well) = (0, 0);
        foreach (var key in keys)
            if (state.Plan.Changes[key].Restarts)
            {
                flying += HoldsPlace(state.Steps[key]) ? 1 : 0;
                well += state.Steps[key].Phase == StepPhase.Ok ? 1 : 0;
            }
        foreach (var key in keys)
        {
            var (step, change) = (state.Steps[key], state.Plan.Changes[key]);
            if (state.Failing || !change.Restarts || step.Phase != StepPhase.Blocked || !SeenOf(change.Node).Connected || WaitsFor(change) is not null)
                continue;
            var policy = change.New!.Update;
            if (flying >= (well < policy.Canary ? policy.Canary - well : Math.Max(1, policy.Batch)))
                Set(key, step with { Reason = "it waits for its turn" });
            else
            {
                flying++;
                Dispatch(key, step, change);
            }
        }
    }

    private void Dispatch(string key, RunStep step, ServiceChange change)
    {
        if (change.Kind != ChangeKind.Verify)
            Issue(change);
        Set(key, step with
        {
            Phase = StepPhase.Dispatched, Generation = change.Kind == ChangeKind.Verify ? IssueOf(change.Node).Generation : NextGeneration(change.Node),
            Due = at + RunLimits.Accept, Reason = $"{change.Node} has to take it up",
        });
    }

    /// <summary>Puts a change into its node's next manifest.</summary>
    private void Issue(ServiceChange change)
    {
        var issue = IssueOf(change.Node);
        if (change.Old is { } old)
            issue = Without(issue, old.Id);
        if (change.New is { } now)
        {
            issue = issue with { Services = issue.Services.With(now.Id, now), Leaving = issue.Leaving.Without(now.Id), Unproven = issue.Unproven.With(now.Id, new(change.Back)) };
            state = state with { Places = state.Places.SetItem(now.Id, now.Node) };
        }
        else
            issue = issue with { Leaving = issue.Leaving.With(change.Service, change.Old!) };
        Touch(change.Node, issue);
    }

    private NodeIssue Without(NodeIssue issue, string service)
    {
        if (issue.Services.Has(service))
            state = state with { Places = state.Places.Remove(service) };
        return issue with { Services = issue.Services.Without(service), Unproven = issue.Unproven.Without(service) };
    }

    private void LookAtWork(string key, RunStep step, ServiceChange change)
    {
        var seen = SeenOf(change.Node);
        if (!seen.Connected)
            LookAtOffline(key, step, change);
        else if (seen.Generation < step.Generation)
        {
            if (step.Phase != StepPhase.Dispatched)
                Set(key, step with { Phase = StepPhase.Dispatched, Due = at + RunLimits.Accept, HealthySince = null, Reason = $"{change.Node} has to take it up" });
            else if (at >= step.Due)
                Fail(key, step, $"{change.Node} did not take up generation {step.Generation} within {RunLimits.Accept / 1000} s");
        }
        else if (step.Phase != StepPhase.Running)
            Set(key, step with { Phase = StepPhase.Running, Due = at + (step.Left ?? change.New?.Update.HealthyDeadline ?? RunLimits.Removal), Left = null, HealthySince = null, Reason = "" });
        else if (change.New is { } now)
            Judge(key, step, change, now, seen.App(now.App.Name));
        else
            JudgeRemoval(key, step, change, seen.App(change.Old!.App.Name));
    }

    private void LookAtOffline(string key, RunStep step, ServiceChange change)
    {
        if (step.Phase != StepPhase.Unknown)
            Set(key, step with
            {
                // A version that takes its node down must not be passed on to the next at once: it keeps its place in the wave for a while.
                Phase = StepPhase.Unknown, Due = at + (change.Restarts ? change.New!.Update.HealthyDeadline : RunLimits.Offline), HealthySince = null,
                Left = step.Phase == StepPhase.Running ? Math.Max(1, step.Due!.Value - at) : step.Left, Reason = $"{change.Node} is offline",
            });
        else if (at >= step.Due && HoldsPlace(step))
        {
            Set(key, step with { Due = step.Since + RunLimits.Offline });
            rolling.Add(change.New!.App.Name);
        }
        else if (at >= step.Due)
            Set(key, step with { Phase = StepPhase.Expired, Due = null, Reason = $"{change.Node} was offline for {RunLimits.Offline / 3600_000} h" });
    }

    /// <summary>It takes one of its app's places in the present wave.</summary>
    private static bool HoldsPlace(RunStep step) =>
        step.Phase is StepPhase.Dispatched or StepPhase.Running || (step is { Phase: StepPhase.Unknown, Generation: > 0 } && step.Due < step.Since + RunLimits.Offline);

    private void Judge(string key, RunStep step, ServiceChange change, ServiceSpec now, AppStatus? app)
    {
        var ours = app is not null && app.Digest == AppDigest.Of(now.App);
        if (ours && app!.State == AppState.Failed)
            Fail(key, step, app.Reason.Length > 0 ? app.Reason : "it failed");
        else if (ours && app!.Ready && at - (step.HealthySince ?? at) >= change.Soak)
        {
            Keep(change.Node, IssueOf(change.Node) is var issue ? issue with { Unproven = issue.Unproven.Without(now.Id) } : issue);
            Set(key, step with { Phase = StepPhase.Ok, Due = null, Reason = "" });
        }
        else if (at >= step.Due)
            Fail(key, step, $"not healthy within {now.Update.HealthyDeadline / 1000.0:0.#} s{(app is { Reason.Length: > 0 } ? $": {app.Reason}" : "")}");
        else
            Set(key, step with { HealthySince = ours && app!.Ready ? step.HealthySince ?? at : null, Reason = app?.Reason ?? "" });
    }

    private void JudgeRemoval(string key, RunStep step, ServiceChange change, AppStatus? app)
    {
        if (app is null or { State: AppState.Absent })
        {
            var issue = IssueOf(change.Node);
            Keep(change.Node, issue with { Leaving = issue.Leaving.Without(change.Service) });
            Set(key, step with { Phase = StepPhase.Ok, Due = null, Reason = "" });
        }
        else if (at >= step.Due)
            Fail(key, step, $"it is still there after {RunLimits.Removal / 1000} s: {app.State}{(app.Reason.Length > 0 ? $", {app.Reason}" : "")}");
        else
            Set(key, step with { Reason = app.Reason });
    }

    /// <summary>The node's issue becomes another one, but not its manifest.</summary>
    private void Keep(string node, NodeIssue issue)
    {
        if (touched.ContainsKey(node))
            Touch(node, issue);
        else
            state = state with { Issued = state.Issued.With(node, issue) };
        kept.Add(node);
    }

    private void Fail(string key, RunStep step, string reason)
    {
        if (!state.Failing)
            state = state with { Failing = true, Reason = $"{key}: {reason}" };
        var change = state.Plan.Changes[key];
        if (change is { Back: { } back, New.Update.Rollback: true } && back != change.New)
            Revert(change.New.App.Name, key, reason);
        else
            Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = reason });
        // Nothing new is begun: what waits hears of it.
        foreach (var (waiting, other) in state.Steps)
            if (other.Phase == StepPhase.Blocked || other is { Phase: StepPhase.Unknown, Generation: 0 })
                open.Enqueue(waiting);
    }

    /// <summary>All instances of the app that were begun go back to what was last seen well; no canary, no waves.</summary>
    private void Revert(string app, string culprit, string reason)
    {
        foreach (var key in state.Index.UpdatesOf(app))
            if (state.Steps[key] is { Phase: StepPhase.Ok or StepPhase.Dispatched or StepPhase.Running or StepPhase.Unknown, Generation: > 0 } step)
                PutBack(key, step, state.Plan.Changes[key], key == culprit ? reason : $"{culprit} failed");
    }

    private void PutBack(string key, RunStep step, ServiceChange change, string reason)
    {
        if (change.Back is not { } back || !state.Issued.Nodes.ContainsKey(change.Node))
        {
            Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = reason });
            return;
        }
        var issue = Without(IssueOf(change.Node), change.New!.Id);
        state = state with { Places = state.Places.SetItem(back.Id, back.Node) };
        Touch(change.Node, issue with { Services = issue.Services.With(back.Id, back) });
        Set(key, step with
        {
            Phase = StepPhase.Reverting, Generation = NextGeneration(change.Node), HealthySince = null, Left = null, Due = at + back.Update.HealthyDeadline, Reason = reason,
        });
    }

    private void LookAtRevert(string key, RunStep step, ServiceSpec back)
    {
        var seen = SeenOf(back.Node);
        if (seen is { Connected: true } && seen.Generation >= step.Generation && seen.App(back.App.Name) is { Ready: true } app && app.Digest == AppDigest.Of(back.App))
            Set(key, step with { Phase = StepPhase.Reverted, Due = null });
        else if (at >= step.Due)
            Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = $"{step.Reason}; put back to {back.App.Sandbox}, which is not ready either" });
    }
}

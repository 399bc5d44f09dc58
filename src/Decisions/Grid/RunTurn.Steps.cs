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
            case StepPhase.Dispatched or StepPhase.Unknown or StepPhase.Running:
                LookAtWork(key, step, change);
                break;
            case StepPhase.Reverting:
                LookAtRevert(key, step, change.Old!);
                break;
        }
    }

    private void LookAtBlocked(string key, RunStep step, ServiceChange change)
    {
        if (state.Failing)
        {
            Set(key, step with { Phase = StepPhase.Skipped, Reason = "another step failed" });
            return;
        }
        foreach (var first in change.After)
            if (state.Steps[first] is { IsOver: true, Phase: not StepPhase.Ok })
            {
                Set(key, step with { Phase = StepPhase.Skipped, Reason = $"{first} did not succeed" });
                return;
            }
            else if (state.Steps[first].Phase != StepPhase.Ok)
            {
                Set(key, step with { Reason = $"{first} comes first" });
                return;
            }
        foreach (var producer in change.New?.Producers ?? [])
            if (!IsReady(producer))
            {
                Set(key, step with { Reason = $"{producer} is not ready" });
                return;
            }
        Dispatch(key, step, change);
    }

    private void Dispatch(string key, RunStep step, ServiceChange change)
    {
        var issue = IssueOf(change.Node);
        var (services, leaving) = (issue.Services, issue.Leaving);
        if (change.New is { } now)
        {
            (services, leaving) = (services.With(now.Id, now), leaving.Without(now.Id));
            state = state with { Places = state.Places.SetItem(now.Id, now.Node) };
        }
        else
        {
            (services, leaving) = (services.Without(change.Service), leaving.With(change.Service, change.Old!));
            if (state.Places.GetValueOrDefault(change.Service) == change.Node)
                state = state with { Places = state.Places.Remove(change.Service) };
        }
        Touch(change.Node, issue with { Services = services, Leaving = leaving });
        Set(key, step with { Phase = StepPhase.Dispatched, Generation = NextGeneration(change.Node), Due = at + RunLimits.Accept, Reason = $"{change.Node} has to take it up" });
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
            Set(key, step with { Phase = StepPhase.Running, Due = at + (change.New?.Update.HealthyDeadline ?? RunLimits.Removal), HealthySince = null, Reason = "" });
        else if (change.New is { } now)
            Judge(key, step, now, seen.App(now.App.Name));
        else
            JudgeRemoval(key, step, change, seen.App(change.Old!.App.Name));
    }

    private void LookAtOffline(string key, RunStep step, ServiceChange change)
    {
        if (step.Phase != StepPhase.Unknown)
            Set(key, step with { Phase = StepPhase.Unknown, Due = at + RunLimits.Offline, HealthySince = null, Reason = $"{change.Node} is offline" });
        else if (at >= step.Due)
            Set(key, step with { Phase = StepPhase.Expired, Due = null, Reason = $"{change.Node} was offline for {RunLimits.Offline / 3600_000} h" });
    }

    private void Judge(string key, RunStep step, ServiceSpec now, AppStatus? app)
    {
        var ours = app is not null && app.Digest == AppDigest.Of(now.App);
        if (ours && app!.State == AppState.Failed)
            Fail(key, step, app.Reason.Length > 0 ? app.Reason : "it failed");
        else if (ours && app!.Ready && at - (step.HealthySince ?? at) >= now.Update.MinHealthy)
            Set(key, step with { Phase = StepPhase.Ok, Due = null, Reason = "" });
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
        state = state with { Failing = true };
        var change = state.Plan.Changes[key];
        if (change is { Kind: ChangeKind.Update, New.Update.Rollback: true })
            Revert(change.New.App.Name, key, reason);
        else
            Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = reason });
        // Nothing new is begun: what waits hears of it.
        foreach (var (waiting, other) in state.Steps)
            if (other.Phase == StepPhase.Blocked)
                open.Enqueue(waiting);
    }

    /// <summary>All instances of the app that were begun go back to what was issued before; no canary, no waves.</summary>
    private void Revert(string app, string culprit, string reason)
    {
        foreach (var key in state.Index.UpdatesOf(app))
            if (state.Steps[key] is { Phase: StepPhase.Ok or StepPhase.Dispatched or StepPhase.Running or StepPhase.Unknown } step)
            {
                var old = state.Plan.Changes[key].Old!;
                var issue = IssueOf(old.Node);
                if (!state.Issued.Nodes.ContainsKey(old.Node))
                {
                    Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = reason });
                    continue;
                }
                Touch(old.Node, issue with { Services = issue.Services.With(old.Id, old) });
                Set(key, step with
                {
                    Phase = StepPhase.Reverting, Generation = NextGeneration(old.Node), HealthySince = null, Due = at + old.Update.HealthyDeadline,
                    Reason = key == culprit ? reason : $"{culprit} failed",
                });
            }
    }

    private void LookAtRevert(string key, RunStep step, ServiceSpec old)
    {
        var seen = SeenOf(old.Node);
        if (seen is { Connected: true } && seen.Generation >= step.Generation && seen.App(old.App.Name) is { Ready: true } app && app.Digest == AppDigest.Of(old.App))
            Set(key, step with { Phase = StepPhase.Reverted, Due = null });
        else if (at >= step.Due)
            Set(key, step with { Phase = StepPhase.Error, Due = null, Reason = $"{step.Reason}; put back to {old.App.Sandbox}, which is not ready either" });
    }
}

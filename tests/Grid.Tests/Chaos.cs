using System.Collections.Immutable;
using System.Text.Json;
using G8os.Decisions.Grid;
using G8os.Model.Apps;

namespace G8os.Grid.Tests;

/// <summary>A small grid in which everything goes wrong by a seed: nodes come and go, versions are bad, commits follow each other, the controller is killed. It watches what must never be.</summary>
internal sealed class Chaos
{
    private const int Seconds = 900;
    private readonly Random random;
    private readonly Repository repository = new();
    private readonly List<FakeNode> nodes = [];
    private readonly SortedSet<string> bad = new(StringComparer.Ordinal);
    private readonly List<string> story = [];
    private readonly bool ports;
    private GridSpec wanted;
    private GridIssued issued = GridIssued.Nothing;
    private RunState? run;
    private long now;
    private int commits, versions;

    public Chaos(int seed)
    {
        random = new(seed);
        ports = seed % 2 == 0;
        for (var i = 1; i <= 2 + random.Next(4); i++)
        {
            repository.Node($"n{i}");
            nodes.Add(new FakeNode($"n{i}") { Online = true });
        }
        wanted = repository.Compile("c0");
    }

    public string Story => string.Join('\n', story.TakeLast(120));

    public void Run()
    {
        for (var second = 0; second < Seconds; second++)
        {
            now += 1_000;
            if (random.Next(60) == 0)
                Commit(healthy: false);
            if (random.Next(40) == 0)
                Flip(nodes[random.Next(nodes.Count)]);
            if (random.Next(30) == 0)
                Restart();
            if (random.Next(400) == 0)
                Forget(nodes[random.Next(nodes.Count)]);
            Pass();
        }
        Settle();
    }

    /// <summary>All is well again: the last commit comes into force whole, and then nothing is left to do.</summary>
    private void Settle()
    {
        foreach (var node in nodes.Where(node => !node.Online))
            Flip(node);
        // What failed for good stays so until its spec is another one.
        foreach (var app in repository.Apps.Values.Where(app => bad.Contains(app.Sandbox)).ToArray())
            repository.Put(app with { Sandbox = $"{app.Name}@{++versions}" });
        bad.Clear();
        Commit(healthy: true);
        for (var second = 0; second < 3_000 && run is { Outcome: null }; second++)
        {
            now += 1_000;
            Pass();
        }
        Must(run is null or { Outcome: RunOutcome.Ok }, $"the last run is {run?.Outcome?.ToString() ?? "open"}: {run?.Reason} {string.Join(", ", run?.Steps.Where(step => step.Value.Phase != StepPhase.Ok).Select(step => $"{step.Key} {step.Value.Phase} {step.Value.Reason}") ?? [])}");
        var plan = GridPlanner.Plan(wanted, issued);
        Must(plan.IsEmpty, $"something is left to do:\n{GridPlanText.Write(plan)}");
        foreach (var service in wanted.Services.Values)
            Must(nodes.Any(node => node.Name == service.Node && node.Apps.GetValueOrDefault(service.App.Name) is { Ready: true } app && app.Digest == AppDigest.Of(service.App)), $"{service.Id} does not run as wanted");
        foreach (var node in nodes)
            Must(node.Runs.Count == wanted.Services.Values.Count(service => service.Node == node.Name), $"{node.Name} runs what nobody wants: {string.Join(' ', node.Runs.Keys)}");
    }

    private void Pass()
    {
        foreach (var node in nodes)
            if (random.Next(3) > 0)
                Behave(node);
        if (run is not null && RunMachine.NextDeadline(run) <= now)
            Step(new RunTicked { At = now });
    }

    private void Behave(FakeNode node)
    {
        var before = node.Seen;
        if (node.Online && node.Generation < issued.Of(node.Name).Generation)
            node.Take(issued.Of(node.Name), now);
        else
            foreach (var app in node.Apps.Values.Where(_ => random.Next(3) > 0).ToArray())
                if (app.State == AppState.Stopping)
                    node.Gone(app.Name);
                else if (app.State is AppState.Starting or AppState.Degraded && node.PortTaken(app.Name) is null)
                {
                    if (!bad.Contains(node.Wanted[app.Name].App.Sandbox))
                        node.Ready(app.Name, now);
                    else
                        node.Ill(app.Name, random.Next(20) == 0 ? AppState.Failed : AppState.Degraded, "it is bad", now);
                }
        if (node.Online && before != node.Seen)
            Step(new NodeReported(node.Name, node.Seen) { At = now });
    }

    private void Flip(FakeNode node)
    {
        node.Online = !node.Online;
        story.Add($"{now / 1000} {node.Name} {(node.Online ? "online" : "offline")}");
        Step(node.Online ? new NodeReported(node.Name, node.Seen) { At = now } : new NodeLeft(node.Name) { At = now });
    }

    /// <summary>An operator says that a machine is gone for good. Another one takes its name, with nothing on it.</summary>
    private void Forget(FakeNode node)
    {
        if (node.Online || run is not { Outcome: null })
            return;
        story.Add($"{now / 1000} {node.Name} is forgotten");
        var (held, listed) = (issued.Of(node.Name), new List<string>());
        var (state, effects) = RunMachine.Step(run, new NodeForgotten(node.Name) { At = now });
        listed.AddRange(effects.OfType<Orphaned>().Where(orphan => orphan.Node == node.Name).Select(orphan => orphan.Service));
        Must(held.Services.Keys.Concat(held.Leaving.Keys).All(listed.Contains), $"{node.Name} was forgotten, and not all it may run is listed");
        nodes[nodes.IndexOf(node)] = new FakeNode(node.Name);
        Took((state, effects));
    }

    private void Restart()
    {
        if (run is null)
            return;
        story.Add($"{now / 1000} the controller is killed");
        var kept = JsonSerializer.Serialize(RunRecord.Of(run), GridJson.Default.RunRecord);
        run = RunState.Resume(JsonSerializer.Deserialize(kept, GridJson.Default.RunRecord)!, issued);
        Must(JsonSerializer.Serialize(RunRecord.Of(run), GridJson.Default.RunRecord) == kept, "what was kept is read as something else");
        foreach (var node in nodes.Where(node => node.Online))
            Step(new NodeReported(node.Name, node.Seen) { At = now });
    }

    private void Commit(bool healthy)
    {
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
            Change($"a{1 + random.Next(6)}", healthy);
        wanted = repository.Compile($"c{++commits}");
        if (run is { Outcome: null })
            run = RunMachine.Supersede(run, wanted.Commit);
        var plan = GridPlanner.Plan(wanted, issued);
        Must(plan == GridPlanner.Plan(wanted, issued) || plan.Id == GridPlanner.Plan(wanted, issued).Id, "two plans of the same differ");
        story.Add($"{now / 1000} {GridPlanText.Write(plan)}");
        if (!plan.IsEmpty)
            Took(RunMachine.Start((run?.Number ?? 0) + 1, plan, issued, nodes.Where(node => node.Online).ToImmutableSortedDictionary(node => node.Name, node => node.Seen, StringComparer.Ordinal), now));
    }

    /// <summary>An app uses only apps before it, so that there are no cycles. It loses what it used when that goes.</summary>
    private void Change(string name, bool healthy)
    {
        var app = repository.Apps.GetValueOrDefault(name);
        if (app is not null && random.Next(4) == 0)
        {
            repository.NoApp(name);
            foreach (var user in repository.Apps.Values.Where(other => other.After.Contains(name)).ToArray())
                repository.Put(user with { After = [.. user.After.Where(used => used != name)] });
            return;
        }
        var places = nodes.Select(node => node.Name).Where(_ => random.Next(2) == 0).DefaultIfEmpty("n1").ToArray();
        var used = repository.Apps.Keys.Where(other => string.CompareOrdinal(other, name) < 0 && random.Next(3) == 0).ToArray();
        var sandbox = $"{name}@{++versions}";
        if (!healthy && random.Next(4) == 0)
            bad.Add(sandbox);
        repository.Put(new Repository.App(name, app is not null && random.Next(2) == 0 ? app.Nodes : places, app is not null && random.Next(3) == 0 ? app.Sandbox : sandbox, [],
            ports ? [8000 + random.Next(100) * 10 + int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture)] : [], used,
            new UpdateSpec { Batch = 1 + random.Next(2), Canary = random.Next(2), MinHealthy = 5_000, HealthyDeadline = 30_000, Rollback = random.Next(5) > 0 }));
    }

    private void Step(RunEvent happened)
    {
        if (run is not null)
            Took(RunMachine.Step(run, happened));
    }

    private void Took((RunState State, IReadOnlyList<RunEffect> Effects) step)
    {
        var before = issued;
        (run, issued) = (step.State, step.State.Issued);
        foreach (var effect in step.Effects)
        {
            if (effect is RunTold or RunEnded)
                story.Add($"{now / 1000} {effect}");
            if (effect is IssueManifest issue)
                Must(issue.Issue.Generation == before.Of(issue.Node).Generation + 1, $"{issue.Node} went from generation {before.Of(issue.Node).Generation} to {issue.Issue.Generation}");
            if (effect is RunTold { What: "dispatched" } told)
                Begun(run.Plan.Changes[told.Step], before);
        }
    }

    /// <summary>What a step must find when it begins.</summary>
    private void Begun(ServiceChange change, GridIssued before)
    {
        if (run!.Steps[change.Key].Phase != StepPhase.Dispatched || before.Of(change.Node).Services.Find(change.Service) == change.New)
            return;
        // Whatever id it had there: an app that is wanted on one node only begins when it runs on no other.
        if (change is { Kind: ChangeKind.Create, New: { } begun } && begun.Id == begun.App.Name)
            foreach (var other in nodes.Where(node => node.Name != change.Node))
                Must(!other.Runs.ContainsKey(begun.App.Name), $"{begun.Id} begins on {change.Node}, and {other.Name} has it still");
        foreach (var producer in change.New?.Producers ?? [])
            Must(nodes.Any(node => node.Online && issued.Of(node.Name).Services.Find(producer) is { } service && node.Apps.GetValueOrDefault(service.App.Name) is { Ready: true } app
                && app.Digest == AppDigest.Of(service.App)), $"{change.Key} begins, and {producer} is not ready");
        if (change.Restarts)
        {
            var others = run.Plan.Changes.Values.Count(other => other.Restarts && other.New!.App.Name == change.New!.App.Name && run.Steps[other.Key].Phase is StepPhase.Dispatched or StepPhase.Running);
            var away = run.Plan.Changes.Values.Count(other => other.Restarts && other.New!.App.Name == change.New!.App.Name && run.Steps[other.Key] is { Generation: > 0 } step && step.Since < now - 30_000);
            Must(others <= Math.Max(change.New!.Update.Batch, change.New.Update.Canary) + away, $"{others} instances of {change.New.App.Name} are changed at once");
        }
    }

    private void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException($"{otherwise}, at {now / 1000} s\n{Story}");
    }
}

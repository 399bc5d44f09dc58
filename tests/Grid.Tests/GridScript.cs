using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using G8os.Decisions.Grid;
using G8os.Model.Apps;

namespace G8os.Grid.Tests;

/// <summary>
/// Commits, plans and runs told in lines. Those that begin with &gt; are what happens; all others are what the planner and the machine say, and must
/// be exactly that. Times are seconds. Nodes do nothing by themselves but under <c>well</c>, where each that is online takes up its manifest and gets
/// its apps ready within a second, but for sandboxes that are <c>bad</c>.
/// </summary>
internal sealed class GridScript
{
    private readonly StringBuilder told = new();
    private readonly Repository repository = new();
    private readonly SortedDictionary<string, FakeNode> nodes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> bad = new(StringComparer.Ordinal);
    private GridSpec? wanted;
    private GridIssued issued = GridIssued.Nothing;
    private RunState? run;
    private long now;

    public static string Play(string text)
    {
        var script = new GridScript();
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()))
            if (line.Length == 0 || line[0] == '#')
                script.told.AppendLine(line);
            else if (line[0] == '>')
            {
                script.told.AppendLine(line);
                script.Do(line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        return script.told.ToString().TrimEnd() + "\n";
    }

    private void Do(string[] words)
    {
        switch (words)
        {
            case ["node", var name, .. var sandboxes]:
                repository.Node(name, sandboxes);
                nodes.TryAdd(name, new FakeNode(name));
                break;
            case ["no", "node", var name]: repository.NoNode(name); break;
            case ["app", var name, "on", .. var more]: repository.Put(name, more); break;
            case ["no", "app", var name]: repository.NoApp(name); break;
            case ["bad", var sandbox]: bad.Add(sandbox); break;
            case ["commit", var commit]: wanted = repository.Compile(commit); break;
            case ["plan"]: Write(GridPlanText.Write(GridPlanner.Plan(wanted!, issued))); break;
            case ["apply"]: Apply(); break;
            case ["online", .. var names]: Each(names, Online); break;
            case ["offline", .. var names]: Each(names, Offline); break;
            case ["forget", var name]: Step(new NodeForgotten(name) { At = now }); break;
            case ["restart"]: Restart(); break;
            case ["wait", var seconds]: Pass(Milliseconds(seconds), well: false); break;
            case ["well", var seconds]: Pass(Milliseconds(seconds), well: true); break;
            case ["steps"]: Steps(); break;
            case ["explain", var name]: Explain(name); break;
            case [var name, "takes"]: Report(name, node => node.Take(issued.Of(name), now)); break;
            case [var name, "ready", .. var apps]: Report(name, node => Each(apps, app => node.Ready(app, now))); break;
            case [var name, "gone", .. var apps]: Report(name, node => Each(apps, node.Gone)); break;
            case [var name, "degraded", var app, .. var why]: Report(name, node => node.Ill(app, AppState.Degraded, string.Join(' ', why), now)); break;
            case [var name, "failed", var app, .. var why]: Report(name, node => node.Ill(app, AppState.Failed, string.Join(' ', why), now)); break;
            default: throw new FormatException($"the script says what nobody understands: {string.Join(' ', words)}");
        }
    }

    private void Apply()
    {
        var plan = GridPlanner.Plan(wanted!, issued);
        if (run is { Outcome: null })
        {
            run = RunMachine.Supersede(run, $"commit {plan.Commit}");
            Line($"= run {run.Number} {Outcome(run)}");
        }
        if (plan.IsEmpty)
        {
            Line("nothing to do");
            return;
        }
        Took(RunMachine.Start((run?.Number ?? 0) + 1, plan, issued, Seen(), now));
    }

    private ImmutableSortedDictionary<string, NodeSeen> Seen() =>
        nodes.Values.Where(node => node.Online).ToImmutableSortedDictionary(node => node.Name, node => node.Seen, StringComparer.Ordinal);

    private void Online(string name)
    {
        nodes[name].Online = true;
        Report(name, _ => { });
    }

    private void Offline(string name)
    {
        nodes[name].Online = false;
        Step(new NodeLeft(name) { At = now });
    }

    private void Report(string name, Action<FakeNode> change)
    {
        change(nodes[name]);
        if (nodes[name].Online)
            Step(new NodeReported(name, nodes[name].Seen) { At = now });
    }

    /// <summary>The controller dies and a new one goes on from what is on disk; every node that is online is there again at once.</summary>
    private void Restart()
    {
        if (run is null)
            return;
        var kept = JsonSerializer.Serialize(RunRecord.Of(run), GridJson.Default.RunRecord);
        run = RunState.Resume(JsonSerializer.Deserialize(kept, GridJson.Default.RunRecord)!, Kept(issued));
        foreach (var node in nodes.Values.Where(node => node.Online))
            Step(new NodeReported(node.Name, node.Seen) { At = now });
    }

    private static GridIssued Kept(GridIssued issued)
    {
        var read = GridIssued.Nothing;
        foreach (var (name, issue) in issued.Nodes)
            read = read.With(name, JsonSerializer.Deserialize(JsonSerializer.Serialize(issue, GridJson.Default.NodeIssue), GridJson.Default.NodeIssue)!);
        return read;
    }

    private void Step(RunEvent happened)
    {
        if (run is not null)
            Took(RunMachine.Step(run, happened));
    }

    private void Took((RunState State, IReadOnlyList<RunEffect> Effects) step)
    {
        (run, issued) = (step.State, step.State.Issued);
        foreach (var effect in step.Effects)
            if (Words(effect) is { } words)
                Line(words);
    }

    /// <summary>Second after second: nodes first, then what is due.</summary>
    private void Pass(long milliseconds, bool well)
    {
        var end = now + milliseconds;
        while (now < end)
        {
            now = Math.Min(end, now + 1_000);
            if (well)
                foreach (var node in nodes.Values.Where(node => node.Online))
                    Behave(node);
            if (run is not null && RunMachine.NextDeadline(run) <= now)
                Step(new RunTicked { At = now });
        }
    }

    /// <summary>In one second it takes up its manifest, in the next its apps are ready and what is not wanted is gone.</summary>
    private void Behave(FakeNode node)
    {
        if (node.Generation < issued.Of(node.Name).Generation)
        {
            Report(node.Name, _ => node.Take(issued.Of(node.Name), now));
            return;
        }
        var starting = node.Apps.Values.Where(app => app.State == AppState.Starting).Select(app => app.Name).ToArray();
        var stopping = node.Apps.Values.Where(app => app.State == AppState.Stopping).Select(app => app.Name).ToArray();
        if (starting.Length + stopping.Length == 0)
            return;
        foreach (var app in starting)
            if (bad.Contains(node.Wanted[app].App.Sandbox))
                node.Ill(app, AppState.Degraded, "the port does not answer", now);
            else if (node.PortTaken(app) is { } holder)
                told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000,6}  ... {app} on {node.Name} waits for the port of {holder}");
            else
                node.Ready(app, now);
        Each(stopping, node.Gone);
        Report(node.Name, _ => { });
    }

    private void Steps()
    {
        foreach (var (key, step) in run!.Steps)
            Line($"{key}: {step.Phase.ToString().ToLowerInvariant()}{(step.Reason.Length > 0 ? $" ({step.Reason})" : "")}");
        Line($"= run {run.Number} {Outcome(run)}");
    }

    private void Explain(string name)
    {
        var seen = nodes.Values.ToDictionary(node => node.Name, node => node.Seen with { Connected = node.Online });
        foreach (var line in GridExplain.Of(name, new ExplainInput(wanted, issued, seen, run, now)))
            told.AppendLine(CultureInfo.InvariantCulture, $"      {(line.Broken ? '!' : ' ')} {line.Service,-12} {line.Link,-7} {line.Says}");
    }

    private static string Outcome(RunState run) => run.Outcome is { } outcome ? $"{outcome.ToString().ToLowerInvariant()}{(run.Reason.Length > 0 ? $": {run.Reason}" : "")}" : "is open";

    private static string? Words(RunEffect effect) => effect switch
    {
        IssueManifest issue => $"-> {issue.Node} generation {issue.Issue.Generation}: {string.Join(' ', issue.Issue.Services.Items.Select(service => $"{service.Id}={service.App.Sandbox}"))}"
            + string.Concat(issue.Issue.Sandboxes.Select(sandbox => $" +{sandbox}")),
        RunTold one => $"{one.Step}: {one.What}{(one.Evidence.Length > 0 ? $" ({one.Evidence})" : "")}",
        Orphaned one => $"-> orphan {one.Service} on {one.Node}",
        RunEnded end => $"= {end.Outcome.ToString().ToLowerInvariant()}{(end.Reason.Length > 0 ? $": {end.Reason}" : "")}",
        _ => null,
    };

    private void Line(string words) => told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000,6}  {words}");

    private void Write(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
            told.Append("      | ").AppendLine(line);
    }

    private static void Each(IEnumerable<string> names, Action<string> act)
    {
        foreach (var name in names)
            act(name);
    }

    private static long Milliseconds(string seconds) => (long)(double.Parse(seconds, CultureInfo.InvariantCulture) * 1_000);
}

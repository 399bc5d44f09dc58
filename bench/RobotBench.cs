using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Bench;

/// <summary>How long the robot thinks: plans of large grids, and what an event of a large run costs.</summary>
public static class RobotBench
{
    private const int Runs = 7;
    /// <summary>Rounds that compile and are not counted.</summary>
    private const int WarmUps = 3;

    public static Task<IReadOnlyList<Figure>> RunAsync()
    {
        var figures = new List<Figure>();
        foreach (var (services, nodes) in new[] { (1_000, 100), (10_000, 1_000) })
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"plan-{services}-services-{nodes}-nodes");
            var (first, second) = (Grid(services, nodes, "1.0"), Grid(services, nodes, "1.1"));
            var issued = Issued(first);
            // The worst is reported under the bar's name: every service of the grid gets a new version.
            figures.AddRange(Measure(name, () => GridPlanner.Plan(second, issued).Changes.Count == services));
            figures.AddRange(Measure(name + "-new", () => GridPlanner.Plan(first, GridIssued.Nothing).Changes.Count == services));
            figures.AddRange(Measure(name + "-same", () => GridPlanner.Plan(first, issued).IsEmpty));
            figures.AddRange(Measure(name + "-text", () => GridPlanText.Write(GridPlanner.Plan(second, issued)).Length > services));
            figures.Add(Event(services, nodes, first));
        }
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    /// <summary>Time that passed, and time of the processor: on a machine that others use too, the second one is what the work costs.</summary>
    private static Figure[] Measure(string name, Func<bool> work)
    {
        var (times, costs) = (new List<double>(), new List<double>());
        for (var run = 0; run < WarmUps + Runs; run++)
        {
            var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            if (!work())
                throw new InvalidOperationException($"cannot measure {name}: the plan is not what it should be");
            if (run >= WarmUps)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                costs.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            }
        }
        return [Figure.Of(name, "ms", times), Figure.Of(name + "-cpu", "ms", costs)];
    }

    /// <summary>A new grid is installed by nodes that do all at once; the figure is the mean of a report.</summary>
    private static Figure Event(int services, int nodes, GridSpec wanted)
    {
        var times = new List<double>();
        for (var run = 0; run <= 3; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var reports = Install(wanted);
            if (run > 0)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / reports);
        }
        return Figure.Of(string.Create(CultureInfo.InvariantCulture, $"report-{services}-services-{nodes}-nodes"), "ms", times);
    }

    private static int Install(GridSpec wanted)
    {
        var plan = GridPlanner.Plan(wanted, GridIssued.Nothing);
        var seen = wanted.Nodes.Keys.ToImmutableSortedDictionary(name => name, _ => new NodeSeen { Connected = true }, StringComparer.Ordinal);
        var (state, effects) = RunMachine.Start(1, plan, GridIssued.Nothing, seen, 0);
        var open = new Queue<IssueManifest>(effects.OfType<IssueManifest>());
        var reports = 0;
        while (open.TryDequeue(out var issue))
        {
            var apps = issue.Issue.Services.Items.Select(service => new AppStatus
            {
                Name = service.App.Name, State = AppState.Running, Ready = true, Digest = AppDigest.Of(service.App), Sandbox = service.App.Sandbox,
            });
            (state, var next) = RunMachine.Step(state, new NodeReported(issue.Node, new NodeSeen { Connected = true, Generation = issue.Issue.Generation, Apps = apps.ToValues() }) { At = ++reports });
            foreach (var further in next.OfType<IssueManifest>())
                open.Enqueue(further);
        }
        return state.Outcome == RunOutcome.Ok ? reports : throw new InvalidOperationException($"cannot measure a run: it is {state.Outcome?.ToString() ?? "open"} {state.Reason}");
    }

    /// <summary>Chains of four: a database, two that use it, one in front of them; each service on a node of its own choice.</summary>
    private static GridSpec Grid(int services, int nodes, string version)
    {
        var specs = Enumerable.Range(0, nodes).Select(number => new NodeSpec { Name = Node(number), Sandboxes = ["os-tools@1.0"] });
        return new GridSpec
        {
            Commit = version,
            Nodes = specs.ToImmutableSortedDictionary(node => node.Name, node => node, StringComparer.Ordinal),
            Services = Enumerable.Range(0, services).Select(number => Service(number, nodes, version)).ToImmutableSortedDictionary(service => service.Id, service => service, StringComparer.Ordinal),
        };
    }

    private static ServiceSpec Service(int number, int nodes, string version)
    {
        int[] uses = (number % 4) switch { 0 => [], 3 => [number - 2, number - 1], var place => [number - place] };
        return new ServiceSpec
        {
            Id = Name(number),
            Node = Node(number * 7 % nodes),
            Producers = uses.Select(Name).Order(StringComparer.Ordinal).ToValues(),
            App = new AppSpec
            {
                Name = Name(number),
                Sandbox = $"shop@{version}",
                Process = new ProcessSpec { Exec = "/usr/bin/shop", Args = ["--port", (8000 + (number % 1000)).ToString(CultureInfo.InvariantCulture)] },
                Ports = [8000 + (number % 1000)],
                Health = [new HealthCheck { Kind = "http", Port = 8000 + (number % 1000), Path = "/ready" }],
            },
        };
    }

    private static GridIssued Issued(GridSpec spec)
    {
        var issued = GridIssued.Nothing;
        foreach (var node in spec.Nodes.Values)
            issued = issued.With(node.Name, new NodeIssue { Generation = 1, Sandboxes = node.Sandboxes });
        foreach (var service in spec.Services.Values)
            issued = issued.With(service.Node, issued.Of(service.Node) with { Services = issued.Of(service.Node).Services.With(service.Id, service) });
        return issued;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"app-{number:D5}");
    private static string Node(int number) => string.Create(CultureInfo.InvariantCulture, $"node-{number:D4}");
}

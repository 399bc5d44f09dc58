using System.Collections.Immutable;
using System.Globalization;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Grid.Tests;

/// <summary>A repository in a few words: nodes, apps, and what a commit of them compiles to.</summary>
internal sealed class Repository
{
    private readonly SortedDictionary<string, NodeSpec> nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, App> apps = new(StringComparer.Ordinal);

    /// <summary>An app and the ids of its services: its name, or name@node when it is on several.</summary>
    internal sealed record App(string Name, string[] Nodes, string Sandbox, string[] Args, int[] Ports, string[] After, UpdateSpec Update)
    {
        public bool Single => Nodes.Length == 1;
        public string IdOn(string node) => Single ? Name : $"{Name}@{node}";
        public IEnumerable<string> Ids => Nodes.Select(IdOn);
    }

    public IReadOnlyDictionary<string, App> Apps => apps;

    public void Node(string name, params string[] sandboxes) => nodes[name] = new NodeSpec { Name = name, Id = name, Sandboxes = sandboxes.ToValues() };

    public void NoNode(string name) => nodes.Remove(name);

    public void Put(App app) => apps[app.Name] = app;

    public void NoApp(string name) => apps.Remove(name);

    /// <summary><c>db on n1 n2 sandbox=db@1.0 port=80 after=x,y arg=--fast batch=2 canary=1 min_healthy=10 deadline=60 rollback=off</c></summary>
    public void Put(string name, string[] words)
    {
        var app = new App(name, [.. words.TakeWhile(word => !word.Contains('=', StringComparison.Ordinal))], $"{name}@1.0", [], [], [], new UpdateSpec());
        foreach (var (key, value) in words.Skip(app.Nodes.Length).Select(word => word.Split('=', 2)).Select(parts => (parts[0], parts[1])))
            app = key switch
            {
                "sandbox" => app with { Sandbox = value },
                "arg" => app with { Args = [.. app.Args, value] },
                "port" => app with { Ports = [.. app.Ports, Number(value)] },
                "after" => app with { After = value.Split(',') },
                "batch" => app with { Update = app.Update with { Batch = Number(value) } },
                "canary" => app with { Update = app.Update with { Canary = Number(value) } },
                "min_healthy" => app with { Update = app.Update with { MinHealthy = Number(value) * 1000 } },
                "deadline" => app with { Update = app.Update with { HealthyDeadline = Number(value) * 1000 } },
                "rollback" => app with { Update = app.Update with { Rollback = value == "auto" } },
                _ => throw new FormatException($"an app has no {key}"),
            };
        Put(app);
    }

    public GridSpec Compile(string commit) => new()
    {
        Commit = commit,
        Nodes = nodes.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Services = apps.Values.SelectMany(app => app.Nodes.Select(node => Service(app, node))).ToImmutableSortedDictionary(service => service.Id, service => service, StringComparer.Ordinal),
    };

    private ServiceSpec Service(App app, string node) => new()
    {
        Id = app.IdOn(node),
        Node = node,
        App = new AppSpec
        {
            Name = app.Name,
            Sandbox = app.Sandbox,
            Process = new ProcessSpec { Exec = $"/bin/{app.Name}", Args = app.Args.ToValues() },
            Ports = app.Ports.ToValues(),
            After = app.After.Where(name => apps[name].Nodes.Contains(node)).Order(StringComparer.Ordinal).ToValues(),
        },
        Producers = app.After.SelectMany(name => apps[name].Ids).Order(StringComparer.Ordinal).ToValues(),
        Update = app.Update,
    };

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using System.Globalization;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Robot.Blueprints;

namespace G8os.Robot.Compile;

/// <summary>Makes the grid out of blueprints that are judged to be right.</summary>
internal sealed class GridCompiler(
    IReadOnlyDictionary<string, NodeBlueprint> nodes, IReadOnlyDictionary<string, AppBlueprint> apps, SandboxVersions sandboxes, Values<string> defaults, Table<string> addresses)
{
    private readonly Dictionary<string, string> pinned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Values<string>> nodeSandboxes = new(StringComparer.Ordinal);

    /// <summary>Tells what the store does not have, whether or not anything else is wrong.</summary>
    public void Pin()
    {
        foreach (var app in apps.Values)
        {
            if (app.Sandbox is { } said && sandboxes.Pin(said) is { } sandbox)
                pinned[app.Name.Text] = sandbox;
        }
        foreach (var node in nodes.Values)
            nodeSandboxes[node.Name.Text] = node.Sandboxes is { } own ? sandboxes.Pin(own) : defaults;
    }

    public GridSpec Compile(string commit) => new()
    {
        Commit = commit,
        Nodes = nodes.Values.ToImmutableSortedDictionary(node => node.Name.Text, Node, StringComparer.Ordinal),
        Services = apps.Values.SelectMany(Services).ToImmutableSortedDictionary(service => service.Id, service => service, StringComparer.Ordinal),
    };

    private NodeSpec Node(NodeBlueprint node) => new()
    {
        Name = node.Name.Text,
        Id = node.Id?.Text ?? "",
        Macs = node.Macs.Select(mac => mac.Text).ToValues(),
        Labels = node.Labels,
        Sandboxes = nodeSandboxes[node.Name.Text],
    };

    private IEnumerable<ServiceSpec> Services(AppBlueprint app)
    {
        var producers = app.Consumes.Select(consumed => consumed.App.Text).Distinct().Order(StringComparer.Ordinal).Select(name => apps[name]).ToArray();
        var ids = producers.SelectMany(producer => producer.Nodes.Select(node => IdOf(producer, node.Text))).Order(StringComparer.Ordinal).ToValues();
        return app.Nodes.Select(node => new ServiceSpec
        {
            Id = IdOf(app, node.Text),
            Node = node.Text,
            App = App(app, node.Text, producers),
            Producers = ids,
            Update = app.Update,
        });
    }

    private static string IdOf(AppBlueprint app, string node) => app.Several ? $"{app.Name.Text}@{node}" : app.Name.Text;

    private AppSpec App(AppBlueprint app, string node, AppBlueprint[] producers) => new()
    {
        Name = app.Name.Text,
        Sandbox = pinned[app.Name.Text],
        Process = Process(app, node),
        Health = app.Health,
        Restart = app.Restart,
        Stop = app.Stop,
        Resources = app.Resources,
        Ports = app.Ports.Select(port => port.Port).ToValues(),
        After = producers.Where(producer => producer.Nodes.Any(said => said.Text == node)).Select(producer => producer.Name.Text).ToValues(),
    };

    private ProcessSpec Process(AppBlueprint app, string node)
    {
        var process = app.Process!;
        string Value(Piece piece) => ValueOf(app, node, piece);
        var env = Table<string>.Empty;
        foreach (var (name, value) in process.Env)
            env = env.With(name, value.Render(Value));
        var spec = new ProcessSpec { Exec = process.Exec, Args = process.Args.Select(arg => arg.Render(Value)).ToValues(), Env = env };
        spec.User = process.User ?? spec.User;
        spec.Directory = process.Directory ?? spec.Directory;
        return spec;
    }

    private string ValueOf(AppBlueprint app, string node, Piece piece) => piece.Variable switch
    {
        Variable.NodeName => node,
        Variable.NodeAddress => addresses.Find(node) ?? "",
        Variable.ConsumedAddress => addresses.Find(ProducerOf(app, piece).Nodes[0].Text) ?? "",
        Variable.ConsumedPort => ProducerOf(app, piece).Ports[0].Port.ToString(CultureInfo.InvariantCulture),
        _ => throw new System.Diagnostics.UnreachableException($"a text is no variable: {piece}"),
    };

    private AppBlueprint ProducerOf(AppBlueprint app, Piece piece) => apps[Links.Producer(app, piece.Text)!];
}

using G8os.Model.Toml;
using G8os.Robot.Yaml;

namespace G8os.Robot.Blueprints;

/// <summary>Reads kind: app.</summary>
internal static partial class AppReader
{
    private static readonly string[] LaterDrivers = ["container", "vm"];

    /// <summary>Null when it has no name; what else is wrong reads as not written.</summary>
    public static AppBlueprint? Read(Fields app)
    {
        app.Require("name", "name: hello");
        var name = app.Text("name", Kinds.AppName, Kinds.IsAppName);
        if (name is { } said)
            app.Title = $"app {Words.Quote(said.Text)}";
        ReadLater(app);
        var consumes = Consumes(app);
        var ports = Ports(app);
        var read = new AppBlueprint(name ?? default)
        {
            Nodes = Nodes(app),
            Several = app.Has("nodes"),
            Sandbox = Sandbox(app),
            Process = Process(app, [.. consumes.Select(consumed => consumed.Alias)]),
            Ports = ports,
            Consumes = consumes,
            Health = Health(app, ports),
            Restart = Restart(app),
            Stop = Stop(app),
            Resources = Resources(app),
            Update = Update(app),
        };
        app.End();
        return name is null ? null : read;
    }

    private static void ReadLater(Fields app)
    {
        foreach (var driver in LaterDrivers)
            app.Later(driver, $"this version does not have the driver {driver}; it has process");
        app.Later("place", "this version does not place apps by labels; write node: NAME or nodes: [NAME, NAME]");
        app.Later("template", "this version does not have templates");
        app.Later("secrets", "this version does not have secrets in blueprints");
    }

    private static IReadOnlyList<Said> Nodes(Fields app)
    {
        if (app.Has("node") && app.Has("nodes"))
            app.Errors.Add(app.PlaceOf("nodes"), $"{app.Title} has both node and nodes; write node: NAME for one instance, nodes: [NAME, NAME] for several");
        if (!app.Has("nodes") && !app.Has("place"))
            app.Require("node", "node: gent-01");
        var one = app.Text("node", Kinds.NodeName, Kinds.IsNodeName);
        var nodes = new List<Said>();
        foreach (var said in app.Texts("nodes", "node name", AysLimits.MaxNodes))
        {
            if (!Kinds.IsNodeName(said.Text))
                app.Errors.Add(said.Place, $"nodes: expected {Kinds.NodeName}; found {Words.Quote(said.Text)}");
            else
                nodes.Add(said);
        }
        if (app.IsEmptyList("nodes"))
            app.Errors.Add(app.PlaceOfValue("nodes"), "nodes: expected at least one node; found an empty list");
        foreach (var twice in nodes.GroupBy(said => said.Text, StringComparer.Ordinal).Where(group => group.Count() > 1))
            app.Errors.Add(twice.ElementAt(1).Place, $"nodes: {Words.Quote(twice.Key)} is listed already, in line {twice.First().Place.Line}; a node runs one instance of an app");
        return one is { } single ? [single] : [.. nodes.DistinctBy(said => said.Text)];
    }

    private static Said? Sandbox(Fields app)
    {
        if (!app.HasLater)
            app.Require("sandbox", "sandbox: hello@1.0");
        return app.Text("sandbox", Kinds.Sandbox, Kinds.IsSandbox);
    }

    private static List<(int Port, Place Place)> Ports(Fields app)
    {
        var ports = new List<(int Port, Place Place)>();
        foreach (var said in app.Texts("ports", "port", AysLimits.MaxPorts))
        {
            var port = (int)Math.Min(Quantity.Whole(said.Text) ?? 0, int.MaxValue);
            if (port is < 1 or > MaxPort)
                app.Errors.Add(said.Place, $"ports: expected {PortWords}; found {Words.Quote(said.Text)}");
            else if (ports.Exists(other => other.Port == port))
                app.Errors.Add(said.Place, $"ports: {port} is listed twice");
            else
                ports.Add((port, said.Place));
        }
        return ports;
    }

    private static List<Consumed> Consumes(Fields app)
    {
        var consumes = new List<Consumed>();
        foreach (var (alias, fields) in app.Named("consumes", "a map of consumed apps, like { db: { ref: shop-db } }", AysLimits.MaxConsumes))
        {
            if (!Kinds.AliasPattern().IsMatch(alias.Text))
                app.Errors.Add(alias.Place, $"consumes: expected {Kinds.Alias}; found {Words.Quote(alias.Text)}");
            fields.Require("ref", "ref: shop-db");
            var producer = fields.Text("ref", Kinds.AppName, Kinds.IsAppName);
            // The only word of this version; written out it is understood, and later versions can add others.
            _ = fields.Word("wait", "ready");
            fields.End();
            // One whose app is not readable stays known by its alias, so that what uses it is not called wrong too.
            consumes.Add(new(alias.Text, producer ?? default));
        }
        return consumes;
    }
}

using G8os.Model.Toml;
using G8os.Robot.Blueprints;

namespace G8os.Robot.Compile;

/// <summary>Who has which name, id, MAC and port: each once. The first in the order of files and lines keeps it.</summary>
internal static class Claims
{
    public static Dictionary<string, NodeBlueprint> Nodes(IReadOnlyList<NodeBlueprint> nodes, AysErrors errors)
    {
        var named = new Dictionary<string, NodeBlueprint>(StringComparer.Ordinal);
        var owners = new Dictionary<string, (string Node, Place Place)>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (!named.TryAdd(node.Name.Text, node))
            {
                errors.Add(node.Name.Place, Twice("node", node.Name.Text, named[node.Name.Text].Name.Place));
                continue;
            }
            foreach (var (kind, said) in Bindings(node))
            {
                if (!owners.TryAdd(said.Text, (node.Name.Text, said.Place)))
                    errors.Add(said.Place, $"{kind} {said.Text} is {(owners[said.Text].Node == node.Name.Text ? "listed" : $"that of node {Words.Quote(owners[said.Text].Node)}")} already, in {owners[said.Text].Place}");
            }
        }
        if (named.Count > AysLimits.MaxNodes)
            errors.Add(nodes[^1].Name.Place, $"there are {named.Count} nodes; a grid has at most {AysLimits.MaxNodes}");
        return named;
    }

    private static IEnumerable<(string Kind, Said Said)> Bindings(NodeBlueprint node) =>
        node.Macs.Select(mac => ("MAC", mac)).Concat(node.Id is { } id ? [("id", id)] : []);

    public static Dictionary<string, AppBlueprint> Apps(IReadOnlyList<AppBlueprint> apps, AysErrors errors)
    {
        var named = new Dictionary<string, AppBlueprint>(StringComparer.Ordinal);
        var services = 0;
        foreach (var app in apps)
        {
            if (!named.TryAdd(app.Name.Text, app))
                errors.Add(app.Name.Place, Twice("app", app.Name.Text, named[app.Name.Text].Name.Place));
            else if (services <= AysLimits.MaxServices && (services += app.Nodes.Count) > AysLimits.MaxServices)
                errors.Add(app.Name.Place, $"with {services} instances of apps up to this one the grid is too large; it has at most {AysLimits.MaxServices}");
        }
        return named;
    }

    private static string Twice(string kind, string name, Place first) => $"the {kind} {Words.Quote(name)} is claimed already, in {first}; a name stands for one thing";

    /// <summary>A port belongs to one app of a node.</summary>
    public static void Ports(IReadOnlyCollection<AppBlueprint> apps, AysErrors errors)
    {
        // A grid that is too large is told already.
        if (apps.Sum(app => (long)app.Nodes.Count) > AysLimits.MaxServices)
            return;
        var taken = new Dictionary<(string Node, int Port), (string App, Place Place)>();
        foreach (var app in apps)
        {
            foreach (var (port, place) in app.Ports)
            {
                foreach (var node in app.Nodes.Select(said => said.Text))
                {
                    if (taken.TryAdd((node, port), (app.Name.Text, place)))
                        continue;
                    var other = taken[(node, port)];
                    errors.Add(place, $"port {port} of node {Words.Quote(node)} is taken by app {Words.Quote(other.App)} already, in {other.Place}");
                    break;
                }
            }
        }
    }
}

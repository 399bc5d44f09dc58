using G8os.Controller.Audit;
using G8os.Controller.Nodes;
using G8os.Controller.Storage;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>A node that shall be called and labelled as the repository says.</summary>
internal sealed record NodeNamed(string Id, string Name, SortedDictionary<string, string>? Labels);

/// <summary>Gives nodes the names and labels of the newest commit.</summary>
internal static class NodeNaming
{
    /// <summary>Nodes whose name or labels differ from the commit's.</summary>
    public static IReadOnlyList<NodeNamed> Changes(RobotPicture picture, NodeTable nodes)
    {
        var changes = new List<NodeNamed>();
        foreach (var (name, id) in picture.Bound)
        {
            if (picture.Wanted?.Nodes.GetValueOrDefault(name) is not { } spec || nodes.Get(id) is not { Standing: Standing.Accepted } node)
                continue;
            // A node without labels in the repository keeps those of its join token.
            SortedDictionary<string, string>? labels = spec.Labels.Count == 0 ? null : new(spec.Labels.ToDictionary(label => label.Key, label => label.Value), StringComparer.Ordinal);
            if (node.Name != name || labels is not null && !labels.SequenceEqual(node.Labels))
                changes.Add(new(id, name, labels));
        }
        return changes;
    }

    public static void Apply(Tx tx, NodeTable nodes, NodeNamed named)
    {
        if (NodeRows.Get(tx, named.Id) is not { } node)
            return;
        // Who has the name without the repository's word gives it up.
        if (NodeRows.Named(tx, named.Name) is { } other && other.Id != named.Id)
            nodes.Put(tx, other with { Name = $"node-{other.Id}" });
        nodes.Put(tx, node with { Name = named.Name, Labels = named.Labels ?? node.Labels });
        if (node.Name != named.Name)
            AuditLog.Append(tx, "controller", "node.named", node.Id, $"{node.Name} is {named.Name} in the repository");
    }
}

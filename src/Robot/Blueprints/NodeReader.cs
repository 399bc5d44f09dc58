using G8os.Model;
using G8os.Model.Toml;
using G8os.Robot.Yaml;

namespace G8os.Robot.Blueprints;

/// <summary>Reads kind: node.</summary>
internal static class NodeReader
{
    /// <summary>Null when it has no name; what else is wrong reads as not written.</summary>
    public static NodeBlueprint? Read(Fields node)
    {
        node.Require("name", "name: gent-01");
        var name = node.Text("name", Kinds.NodeName, Kinds.IsNodeName);
        if (name is { } said)
            node.Title = $"node {Words.Quote(said.Text)}";
        var macs = Macs(node);
        var id = node.Text("id", Kinds.NodeId, Kinds.IsNodeId);
        if (!node.Has("id") && !node.Has("macs"))
            node.Errors.Add(node.Place, $"{node.Title} needs \"id\" or \"macs\", for example macs: [\"52:54:00:aa:bb:01\"]");
        var (labels, sandboxes) = (Labels(node), node.Has("sandboxes") ? Sandboxes(node) : null);
        node.End();
        return name is { } known ? new(known) { Id = id, Macs = macs, Labels = labels, Sandboxes = sandboxes } : null;
    }

    /// <summary>A list of sandboxes, each name once: it is mounted at /sandbox/NAME.</summary>
    public static IReadOnlyList<Said> Sandboxes(Fields fields)
    {
        var sandboxes = new List<Said>();
        var names = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var said in fields.Texts("sandboxes", "sandbox", AysLimits.MaxSandboxes))
        {
            if (!Kinds.IsSandbox(said.Text))
                fields.Errors.Add(said.Place, $"{fields.Name("sandboxes")}: expected {Kinds.Sandbox}; found {Words.Quote(said.Text)}");
            else if (!names.TryAdd(said.Text.Split('@')[0], said.Place))
                fields.Errors.Add(said.Place, $"{fields.Name("sandboxes")}: a sandbox {Words.Quote(said.Text.Split('@')[0])} is listed already, in line {names[said.Text.Split('@')[0]].Line}; a node mounts one version");
            else
                sandboxes.Add(said);
        }
        return sandboxes;
    }

    private static List<Said> Macs(Fields node)
    {
        var macs = new List<Said>();
        foreach (var mac in node.Texts("macs", "MAC", AysLimits.MaxMacs))
        {
            if (Kinds.IsMac(mac.Text))
                macs.Add(mac with { Text = mac.Text.ToLowerInvariant() });
            else
                node.Errors.Add(mac.Place, $"macs: expected {Kinds.Mac}; found {Words.Quote(mac.Text)}");
        }
        if (node.IsEmptyList("macs"))
            node.Errors.Add(node.PlaceOfValue("macs"), "macs: expected at least one MAC; found an empty list");
        return macs;
    }

    private static Table<string> Labels(Fields node)
    {
        var labels = Table<string>.Empty;
        foreach (var (key, value) in node.Pairs("labels", "a map of labels, like { site: gent }", AysLimits.MaxLabels))
        {
            if (!Kinds.LabelKeyPattern().IsMatch(key.Text))
                node.Errors.Add(key.Place, $"labels: expected {Kinds.LabelKey}; found {Words.Quote(key.Text)}");
            else if (!Kinds.LabelValuePattern().IsMatch(value.Text))
                node.Errors.Add(value.Place, $"{node.Name("labels")}.{key.Text}: expected {Kinds.LabelValue}; found {Words.Quote(value.Text)}");
            else
                labels = labels.With(key.Text, value.Text);
        }
        return labels;
    }
}

using G8os.Model.Toml;
using G8os.Robot.Blueprints;

namespace G8os.Robot.Compile;

/// <summary>Names that one document uses and another has to give: nodes, consumed apps, their address and port.</summary>
internal static class Links
{
    public static void Check(Dictionary<string, NodeBlueprint> nodes, Dictionary<string, AppBlueprint> apps, AysErrors errors)
    {
        foreach (var app in apps.Values)
        {
            foreach (var node in app.Nodes)
            {
                if (!nodes.ContainsKey(node.Text) && !errors.Unreadable)
                    errors.Add(node.Place, nodes.Count == 0 ? $"unknown node {Words.Quote(node.Text)}: no blueprint of kind: node is there" : $"unknown node {Words.Quote(node.Text)}{errors.NameHint(node.Text, nodes.Keys)}");
            }
            foreach (var consumed in app.Consumes)
            {
                if (consumed.App.Text is { } name && !apps.ContainsKey(name) && !errors.Unreadable)
                    errors.Add(consumed.App.Place, $"{app.Name.Text} consumes {Words.Quote(name)}, and no app has that name{errors.NameHint(name, apps.Keys)}");
            }
            var awaited = app.Consumes.Sum(consumed => consumed.App.Text is { } name && apps.TryGetValue(name, out var producer) ? producer.Nodes.Count : 0);
            if (awaited > AysLimits.MaxProducers)
                errors.Add(app.Consumes[^1].App.Place, $"{app.Name.Text} would wait for {awaited} instances of apps; at most {AysLimits.MaxProducers} are awaited");
            CheckTemplates(app, apps, errors);
        }
    }

    private static void CheckTemplates(AppBlueprint app, Dictionary<string, AppBlueprint> apps, AysErrors errors)
    {
        if (app.Process is not { } process)
            return;
        foreach (var template in process.Args.Concat(process.Env.Select(pair => pair.Value)))
        {
            foreach (var piece in template.Pieces.Where(piece => piece.Variable is Variable.ConsumedAddress or Variable.ConsumedPort))
            {
                if (Producer(app, piece.Text) is not { } name || !apps.TryGetValue(name, out var producer))
                    continue;
                var word = piece.Variable == Variable.ConsumedPort ? "port" : "address";
                if (producer.Nodes.Count > 1)
                    errors.Add(piece.Place, $"${{consumes.{piece.Text}.{word}}} needs an app with one instance; {Words.Quote(name)} has {producer.Nodes.Count}");
                else if (piece.Variable == Variable.ConsumedPort && producer.Ports.Count == 0)
                    errors.Add(piece.Place, $"${{consumes.{piece.Text}.port}} needs an app with ports; {Words.Quote(name)} says none, in {producer.Name.Place}");
            }
        }
    }

    public static string? Producer(AppBlueprint app, string alias)
    {
        foreach (var consumed in app.Consumes)
        {
            if (consumed.Alias == alias)
                return consumed.App.Text;
        }
        return null;
    }
}

namespace G8os.Decisions.Grid;

/// <summary>Who has to be looked at when something happens: made once from a plan, so that an event costs what it touches and not what there is.</summary>
public sealed class RunIndex
{
    private readonly Dictionary<string, List<string>> byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> followers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> updates = new(StringComparer.Ordinal);

    public RunIndex(GridPlan plan)
    {
        foreach (var change in plan.Changes.Values.OrderBy(change => change.Wave).ThenBy(change => change.Key, StringComparer.Ordinal))
        {
            Add(byNode, change.Node, change.Key);
            foreach (var first in change.After.Concat(change.Behind))
                Add(followers, first, change.Key);
            foreach (var producer in change.New?.Producers ?? [])
                Add(consumers, producer, change.Key);
            if (change.Kind is ChangeKind.Update or ChangeKind.Verify)
                Add(updates, change.New!.App.Name, change.Key);
        }
    }

    /// <summary>Changes on a node.</summary>
    public IReadOnlyList<string> On(string node) => byNode.GetValueOrDefault(node) ?? [];
    /// <summary>Changes that come after this one.</summary>
    public IReadOnlyList<string> Following(string key) => followers.GetValueOrDefault(key) ?? [];
    /// <summary>Changes whose service needs this one to be ready.</summary>
    public IReadOnlyList<string> Consuming(string service) => consumers.GetValueOrDefault(service) ?? [];
    /// <summary>Updates of the instances of an app, in the order in which they get their turn.</summary>
    public IReadOnlyList<string> UpdatesOf(string app) => updates.GetValueOrDefault(app) ?? [];

    private static void Add(Dictionary<string, List<string>> index, string key, string value)
    {
        if (!index.TryGetValue(key, out var list))
            index[key] = list = [];
        list.Add(value);
    }
}

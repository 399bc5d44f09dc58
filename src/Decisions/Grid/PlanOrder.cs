using System.Collections.Immutable;
using G8os.Model;

namespace G8os.Decisions.Grid;

/// <summary>
/// Which change is done before which: producers before consumers, removal the other way round, a service leaves before it arrives, a name or port is
/// given up before it is taken, and the instances of one app are updated in waves.
/// </summary>
internal static class PlanOrder
{
    public static ImmutableSortedDictionary<string, ServiceChange> Arrange(SortedDictionary<string, ServiceChange> changes)
    {
        var edges = changes.Keys.ToDictionary(key => key, _ => new SortedSet<string>(StringComparer.Ordinal));
        Producers(changes, edges);
        Leaves(changes, edges);
        Names(changes, edges);
        Waves(changes, edges);
        // Two services may swap their ports: then nobody can be first, and each waits on its node until the port is free.
        var withPorts = edges.ToDictionary(entry => entry.Key, entry => new SortedSet<string>(entry.Value, StringComparer.Ordinal));
        Ports(changes, withPorts);
        var ranks = Ranks(withPorts);
        if (ranks is null)
            (ranks, withPorts) = (Ranks(edges) ?? throw new System.Diagnostics.UnreachableException("internal error: the producers of a checked grid form a cycle"), edges);
        var arranged = GridPlan.NoChanges.ToBuilder();
        foreach (var (key, change) in changes)
            arranged.Add(key, change with { After = withPorts[key].ToValues(), Order = ranks[key] });
        return arranged.ToImmutable();
    }

    private static void Producers(SortedDictionary<string, ServiceChange> changes, Dictionary<string, SortedSet<string>> edges)
    {
        foreach (var change in changes.Values)
        {
            foreach (var producer in change.New?.Producers ?? [])
                if (changes.TryGetValue(producer, out var first) && first.New is not null)
                    edges[change.Key].Add(producer);
            // Who used what goes away, or uses it no more, is done with first.
            foreach (var producer in change.Old?.Producers ?? [])
                foreach (var removal in RemovalsOf(changes, producer))
                    if (removal != change.Key)
                        edges[removal].Add(change.Key);
        }
    }

    private static IEnumerable<string> RemovalsOf(SortedDictionary<string, ServiceChange> changes, string service)
    {
        if (changes.TryGetValue(service, out var change) && change.Kind == ChangeKind.Destroy)
            yield return service;
    }

    private static void Leaves(SortedDictionary<string, ServiceChange> changes, Dictionary<string, SortedSet<string>> edges)
    {
        foreach (var leave in changes.Values)
            if (leave.Kind == ChangeKind.Leave && changes.TryGetValue(leave.Service, out var arrival) && arrival.New is not null)
                edges[arrival.Key].Add(leave.Key);
    }

    /// <summary>A service takes the name that another one had on its node.</summary>
    private static void Names(SortedDictionary<string, ServiceChange> changes, Dictionary<string, SortedSet<string>> edges)
    {
        var givenUp = new Dictionary<(string, string), string>();
        foreach (var change in changes.Values)
            if (change is { Old: { } old, New: null })
                givenUp[(old.Node, old.App.Name)] = change.Key;
        foreach (var change in changes.Values)
            if (change is { Old: null, New: { } now } && givenUp.TryGetValue((now.Node, now.App.Name), out var first))
                edges[change.Key].Add(first);
    }

    private static void Ports(SortedDictionary<string, ServiceChange> changes, Dictionary<string, SortedSet<string>> edges)
    {
        var held = new Dictionary<(string, int), string>();
        foreach (var change in changes.Values)
            foreach (var port in change.Old?.App.Ports ?? [])
                held[(change.Old!.Node, port)] = change.Key;
        foreach (var change in changes.Values)
            foreach (var port in change.New?.App.Ports ?? [])
                if (held.TryGetValue((change.New!.Node, port), out var holder) && holder != change.Key)
                    edges[change.Key].Add(holder);
    }

    /// <summary>The canaries of an app, then a batch at a time, by node.</summary>
    private static void Waves(SortedDictionary<string, ServiceChange> changes, Dictionary<string, SortedSet<string>> edges)
    {
        foreach (var app in changes.Values.Where(change => change.Kind == ChangeKind.Update).GroupBy(change => change.New!.App.Name, StringComparer.Ordinal))
        {
            var policy = app.First().New!.Update;
            IReadOnlyList<string> before = [];
            foreach (var wave in Cut([.. app.Select(change => change.Key)], policy))
            {
                foreach (var key in wave)
                    edges[key].UnionWith(before);
                before = wave;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Cut(IReadOnlyList<string> keys, UpdateSpec policy)
    {
        if (policy.Canary > 0)
            yield return [.. keys.Take(policy.Canary)];
        for (var at = policy.Canary; at < keys.Count; at += Math.Max(1, policy.Batch))
            yield return [.. keys.Skip(at).Take(Math.Max(1, policy.Batch))];
    }

    /// <summary>The rank of each key, from 1; null when they form a cycle.</summary>
    private static Dictionary<string, int>? Ranks(Dictionary<string, SortedSet<string>> edges)
    {
        var open = edges.ToDictionary(entry => entry.Key, entry => entry.Value.Count);
        var followers = edges.Keys.ToDictionary(key => key, _ => new List<string>());
        foreach (var (key, before) in edges)
            foreach (var first in before)
                followers[first].Add(key);
        var ranks = new Dictionary<string, int>();
        var ready = new Queue<string>(open.Where(entry => entry.Value == 0).Select(entry => entry.Key));
        while (ready.TryDequeue(out var key))
        {
            ranks[key] = 1 + edges[key].Select(first => ranks[first]).DefaultIfEmpty(0).Max();
            foreach (var follower in followers[key])
                if (--open[follower] == 0)
                    ready.Enqueue(follower);
        }
        return ranks.Count == edges.Count ? ranks : null;
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using G8os.Model;

namespace G8os.Decisions.Grid;

/// <summary>
/// Which change is done before which: producers before consumers, removal the other way round, a service leaves before it arrives, a name or port is
/// given up before it is taken, and the instances of one app are updated in waves. Not all of it can always be had: a new database on the port of the
/// old one cannot be ready before the old one is gone, though it is still used. What is only graceful then gives way to what is necessary.
/// </summary>
internal sealed class PlanOrder
{
    /// <summary>Necessary edges form no cycle: those into removals are never necessary, and producers were checked.</summary>
    /// <remarks>Swap: two that are updated want each other's port. None can be first: both are begun, and each waits on its node.</remarks>
    private enum Bond { Necessary, Graceful, Swap }

    /// <summary>What the later change waits for: the earlier one has ended well, is over, or (waves) only takes its turn before.</summary>
    private enum Wait { Well, Over, Turn }

    private readonly SortedDictionary<string, ServiceChange> changes;
    /// <summary>By the later change: what comes before it.</summary>
    private readonly Dictionary<string, SortedDictionary<string, (Bond Bond, Wait Wait)>> before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> waves = new(StringComparer.Ordinal);

    private PlanOrder(SortedDictionary<string, ServiceChange> changes)
    {
        this.changes = changes;
        foreach (var key in changes.Keys)
            before[key] = new(StringComparer.Ordinal);
    }

    public static ImmutableSortedDictionary<string, ServiceChange> Arrange(SortedDictionary<string, ServiceChange> changes)
    {
        var order = new PlanOrder(changes);
        order.Producers();
        order.Arrivals();
        order.Ports();
        order.Waves();
        var ranks = order.Ranks();
        var arranged = GridPlan.NoChanges.ToBuilder();
        foreach (var (key, change) in changes)
            arranged.Add(key, change with
            {
                After = order.Earlier(key, Wait.Well), Behind = order.Earlier(key, Wait.Over), Order = ranks[key], Wave = order.waves.GetValueOrDefault(key),
            });
        return arranged.ToImmutable();
    }

    private Values<string> Earlier(string key, Wait wait) => before[key].Where(edge => edge.Value.Wait == wait).Select(edge => edge.Key).ToValues();

    private void Put(string earlier, string later, Bond bond, Wait wait)
    {
        if (earlier == later)
            return;
        var known = before[later].TryGetValue(earlier, out var edge);
        before[later][earlier] = known ? (edge.Bond < bond ? edge.Bond : bond, edge.Wait < wait ? edge.Wait : wait) : (bond, wait);
    }

    private void Producers()
    {
        foreach (var change in changes.Values)
        {
            foreach (var producer in change.New?.Producers ?? [])
                if (changes.TryGetValue(producer, out var first) && first.New is not null)
                    Put(producer, change.Key, Bond.Necessary, Wait.Well);
            // Who used what goes away, or uses it no more, is done with first.
            foreach (var producer in change.Old?.Producers ?? [])
                if (changes.TryGetValue(producer, out var removal) && removal.Kind == ChangeKind.Destroy)
                    Put(change.Key, producer, Bond.Graceful, Wait.Over);
        }
    }

    /// <summary>A service leaves before it arrives elsewhere; a name on a node is free before it is taken; an app on one node is nowhere else.</summary>
    private void Arrivals()
    {
        var removals = changes.Values.Where(change => change.New is null).ToLookup(change => change.Old!.App.Name, StringComparer.Ordinal);
        foreach (var arrival in changes.Values.Where(change => change.New is not null && change.Kind == ChangeKind.Create))
            foreach (var removal in removals[arrival.New!.App.Name])
                if (removal.Service == arrival.Service || removal.Node == arrival.Node || arrival.Service == arrival.New.App.Name)
                    Put(removal.Key, arrival.Key, Bond.Necessary, Wait.Well);
    }

    private void Ports()
    {
        var held = new Dictionary<(string, int), ServiceChange>();
        foreach (var change in changes.Values)
            foreach (var port in change.Old?.App.Ports ?? [])
                held[(change.Old!.Node, port)] = change;
        foreach (var change in changes.Values)
            foreach (var port in change.New?.App.Ports ?? [])
                if (held.TryGetValue((change.Node, port), out var holder))
                    Put(holder.Key, change.Key, holder.New is null ? Bond.Necessary : Bond.Swap, Wait.Well);
    }

    /// <summary>The canaries of an app, then a batch at a time, by node. What is not yet seen well is disturbed already and goes first.</summary>
    private void Waves()
    {
        foreach (var app in changes.Values.Where(change => change.Restarts).GroupBy(change => change.New!.App.Name, StringComparer.Ordinal))
        {
            var policy = app.First().New!.Update;
            IReadOnlyList<string> last = [];
            foreach (var wave in Cut([.. app.OrderBy(change => change.Back == change.Old).ThenBy(change => change.Key, StringComparer.Ordinal).Select(change => change.Key)], policy))
            {
                var number = 1 + (last.Count == 0 ? 0 : waves[last[0]]);
                foreach (var key in wave)
                {
                    waves[key] = number;
                    foreach (var earlier in last)
                        Put(earlier, key, Bond.Graceful, Wait.Turn);
                }
                last = wave;
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

    /// <summary>The rank of each key, from 1. Where cycles are in the way, graceful edges are let go of.</summary>
    private Dictionary<string, int> Ranks()
    {
        var open = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var followers = changes.Keys.ToDictionary(key => key, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var (key, edges) in before)
        {
            open[key] = edges.Count;
            foreach (var earlier in edges.Keys)
                followers[earlier].Add(key);
        }
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        var ready = new Queue<string>(open.Where(entry => entry.Value == 0).Select(entry => entry.Key));
        while (open.Count > 0)
        {
            if (ready.Count == 0)
                LetGo(open, followers, ready);
            if (!ready.TryDequeue(out var key))
                throw new UnreachableException("internal error: necessary edges form a cycle");
            open.Remove(key);
            ranks[key] = 1 + before[key].Keys.Select(earlier => ranks[earlier]).DefaultIfEmpty(0).Max();
            foreach (var follower in followers[key])
                if (--open[follower] == 0)
                    ready.Enqueue(follower);
        }
        return ranks;
    }

    /// <summary>
    /// Takes graceful edges out of cycles until something can begin. In a group of changes that all wait for each other the necessary edges form no
    /// cycle, so that one of them is held back by graceful edges alone.
    /// </summary>
    private void LetGo(SortedDictionary<string, int> open, Dictionary<string, List<string>> followers, Queue<string> ready)
    {
        var core = Core(open, followers);
        foreach (var key in core.ToArray())
        {
            var circle = Reach(key, core, followers);
            var within = before[key].Where(edge => circle.Contains(edge.Key)).ToArray();
            if (!circle.Contains(key) || within.Any(edge => edge.Value.Bond == Bond.Necessary))
                continue;
            var swaps = within.Any(edge => edge.Value.Bond == Bond.Swap);
            foreach (var (earlier, _) in within)
                Cut(earlier, key);
            foreach (var member in swaps ? circle : [])
                foreach (var earlier in before[member].Where(edge => edge.Value.Bond == Bond.Swap && circle.Contains(edge.Key)).Select(edge => edge.Key).ToArray())
                    Cut(earlier, member);
        }

        void Cut(string earlier, string later)
        {
            before[later].Remove(earlier);
            followers[earlier].Remove(later);
            if (--open[later] == 0)
                ready.Enqueue(later);
        }
    }

    /// <summary>What is left when all that only waits for cycles is taken away.</summary>
    private SortedSet<string> Core(SortedDictionary<string, int> open, Dictionary<string, List<string>> followers)
    {
        var core = new SortedSet<string>(open.Keys, StringComparer.Ordinal);
        var after = core.ToDictionary(key => key, key => followers[key].Count, StringComparer.Ordinal);
        var ends = new Queue<string>(core.Where(key => after[key] == 0));
        while (ends.TryDequeue(out var end))
        {
            core.Remove(end);
            foreach (var earlier in before[end].Keys)
                if (core.Contains(earlier) && --after[earlier] == 0)
                    ends.Enqueue(earlier);
        }
        return core;
    }

    /// <summary>All that waits for a change, directly or not; the change itself when it is in a cycle.</summary>
    private static SortedSet<string> Reach(string key, SortedSet<string> core, Dictionary<string, List<string>> followers)
    {
        var reach = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([key]);
        while (open.TryDequeue(out var next))
            foreach (var follower in followers[next])
                if (core.Contains(follower) && reach.Add(follower))
                    open.Enqueue(follower);
        return reach;
    }
}

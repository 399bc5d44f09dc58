using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>What has to be done so that what was issued becomes what is wanted.</summary>
public static class GridPlanner
{
    private const int IdBytes = 8;

    public static GridPlan Plan(GridSpec wanted, GridIssued issued)
    {
        var before = new Before(issued);
        var changes = new SortedDictionary<string, ServiceChange>(StringComparer.Ordinal);
        var unchanged = 0;
        foreach (var service in wanted.Services.Values)
            if (ChangeOf(service, before) is { } change)
                changes[change.Key] = change;
            else
                unchanged++;
        foreach (var old in before.Rest())
        {
            var change = wanted.Services.ContainsKey(old.Id) ? Leave(old) : new() { Key = old.Id, Kind = ChangeKind.Destroy, Service = old.Id, Node = old.Node, Old = old };
            changes[change.Key] = change;
        }
        foreach (var leaving in issued.Nodes.Values.SelectMany(node => node.Leaving.Items))
            if (!changes.ContainsKey(LeaveKey(leaving)) && !IsBack(wanted, leaving))
                changes[LeaveKey(leaving)] = Leave(leaving);
        var ordered = PlanOrder.Arrange(changes);
        return new()
        {
            Id = IdOf(wanted.Commit, ordered, issued),
            Commit = wanted.Commit,
            Changes = ordered,
            Nodes = NodeChanges(wanted, issued),
            Unchanged = unchanged,
        };
    }

    /// <summary>Every issued service by id.</summary>
    public static SortedDictionary<string, ServiceSpec> Services(GridIssued issued)
    {
        var all = new SortedDictionary<string, ServiceSpec>(StringComparer.Ordinal);
        foreach (var service in issued.Nodes.Values.SelectMany(node => node.Services.Items))
            all[service.Id] = service;
        return all;
    }

    private static ServiceChange? ChangeOf(ServiceSpec service, Before before)
    {
        if (before.Take(service) is not { } old)
            return new() { Key = service.Id, Kind = ChangeKind.Create, Service = service.Id, Node = service.Node, New = service };
        var unproven = before.UnprovenOf(old);
        if (old == service && unproven is null)
            return null;
        var same = old == service;
        return new()
        {
            Key = service.Id, Kind = same ? ChangeKind.Verify : ChangeKind.Update, Service = service.Id, Node = service.Node, Old = old, New = service,
            Back = unproven is null ? old : unproven.Back, Diff = same ? [] : ServiceDiff.Of(old, service),
        };
    }

    private static ServiceChange Leave(ServiceSpec old) =>
        new() { Key = LeaveKey(old), Kind = ChangeKind.Leave, Service = old.Id, Node = old.Node, Old = old };

    private static string LeaveKey(ServiceSpec service) => $"{service.Id} leaves {service.Node}";

    /// <summary>It is wanted again where it was to leave: nothing has to be waited for.</summary>
    private static bool IsBack(GridSpec wanted, ServiceSpec leaving) =>
        wanted.Services.TryGetValue(leaving.Id, out var service) && service.Node == leaving.Node;

    private static Values<NodeChange> NodeChanges(GridSpec wanted, GridIssued issued)
    {
        var changes = new List<NodeChange>();
        foreach (var node in wanted.Nodes.Values)
            if (!issued.Of(node.Name).Sandboxes.Equals(node.Sandboxes))
                changes.Add(new(node.Name, issued.Of(node.Name).Sandboxes, node.Sandboxes));
        foreach (var (name, issue) in issued.Nodes)
            if (!wanted.Nodes.ContainsKey(name) && issue.Sandboxes.Count > 0)
                changes.Add(new(name, issue.Sandboxes, []));
        return changes.ToValues();
    }

    /// <summary>Over the commit, every change with the digests of both specs, and the generation of every node: a plan that reality has left behind has another id.</summary>
    private static string IdOf(string commit, ImmutableSortedDictionary<string, ServiceChange> changes, GridIssued issued)
    {
        var text = new StringBuilder().Append(commit).Append('\n');
        foreach (var change in changes.Values)
            text.Append(change.Key).Append(' ').Append(change.Kind).Append(' ').Append(DigestOf(change.Old)).Append(' ').Append(DigestOf(change.New)).Append('\n');
        foreach (var (node, issue) in issued.Nodes)
            text.Append(node).Append(' ').Append(issue.Generation.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, IdBytes));
    }

    private static string DigestOf(ServiceSpec? service) => service is null ? "-" : AppDigest.Of(service.App);

    /// <summary>What is issued, while each service of it finds its successor.</summary>
    private sealed class Before
    {
        private readonly SortedDictionary<string, ServiceSpec> byPlace = new(StringComparer.Ordinal);
        private readonly GridIssued issued;

        public Before(GridIssued issued)
        {
            this.issued = issued;
            foreach (var service in issued.Nodes.Values.SelectMany(node => node.Services.Items))
                byPlace[PlaceOf(service)] = service;
        }

        /// <summary>
        /// The service that is there already: the same app on the same node, whatever its id was. An app that is written with one node and then with
        /// several keeps its place and its data.
        /// </summary>
        public ServiceSpec? Take(ServiceSpec service) => byPlace.Remove(PlaceOf(service), out var old) ? old : null;

        /// <summary>Those that nobody took.</summary>
        public ServiceSpec[] Rest() => [.. byPlace.Values];

        public Unproven? UnprovenOf(ServiceSpec old) => issued.Of(old.Node).Unproven.Find(old.Id);

        private static string PlaceOf(ServiceSpec service) => $"{service.App.Name}@{service.Node}";
    }
}

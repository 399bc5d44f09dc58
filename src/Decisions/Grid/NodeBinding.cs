using System.Collections.Immutable;
using G8os.Model;

namespace G8os.Decisions.Grid;

/// <summary>A machine that was accepted into the grid.</summary>
/// <param name="Id">Its node id.</param>
/// <param name="Name">What it is called now.</param>
/// <param name="Macs">Its MACs, lower case.</param>
/// <param name="Decided">When it was accepted, Unix milliseconds.</param>
public sealed record Machine(string Id, string Name, Values<string> Macs, long Decided);

/// <summary>Which machine each node of the repository is. A name in a commit opens nothing: only machines that were accepted are looked at.</summary>
public static class NodeBinding
{
    /// <summary>Node name → machine id.</summary>
    /// <param name="nodes">What the commit names.</param>
    /// <param name="issued">Names that something was issued to, with the machine that had the name then; they keep it when no commit names them.</param>
    /// <param name="machines">The accepted machines.</param>
    public static ImmutableSortedDictionary<string, string> Bind(
        IEnumerable<NodeSpec> nodes, IReadOnlyDictionary<string, string> issued, IReadOnlyCollection<Machine> machines)
    {
        var bound = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var taken = new SortedSet<string>(StringComparer.Ordinal);
        // An id says it outright; MACs are looked at after, and the newest machine of several that have them counts.
        foreach (var node in nodes.OrderBy(node => node.Id.Length == 0).ThenBy(node => node.Name, StringComparer.Ordinal))
            if (MachineOf(node, machines, taken) is { } machine)
                Take(bound, taken, node.Name, machine.Id);
        var named = nodes.Select(node => node.Name).ToImmutableSortedSet(StringComparer.Ordinal);
        foreach (var (name, id) in issued.OrderBy(row => row.Key, StringComparer.Ordinal))
            if (!named.Contains(name) && !taken.Contains(id) && machines.Any(machine => machine.Id == id))
                Take(bound, taken, name, id);
        return bound.ToImmutable();
    }

    private static Machine? MachineOf(NodeSpec node, IReadOnlyCollection<Machine> machines, SortedSet<string> taken) => machines
        .Where(machine => !taken.Contains(machine.Id) && (node.Id.Length > 0 ? machine.Id == node.Id : machine.Macs.Any(node.Macs.Contains)))
        .OrderByDescending(machine => machine.Decided).ThenBy(machine => machine.Id, StringComparer.Ordinal).FirstOrDefault();

    private static void Take(ImmutableSortedDictionary<string, string>.Builder bound, SortedSet<string> taken, string name, string id)
    {
        bound[name] = id;
        taken.Add(id);
    }
}

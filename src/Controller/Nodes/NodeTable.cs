using System.Collections.Concurrent;
using G8os.Controller.Storage;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>All nodes in memory, following the database commit by commit; and those who wait for a pending node to be decided.</summary>
internal sealed class NodeTable
{
    public const int MinIdDigits = 4;

    private readonly ConcurrentDictionary<string, NodeRecord> nodes;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = [];

    public NodeTable(Database database) =>
        nodes = new(database.Read(connection => NodeRows.All(connection).ToDictionary(node => node.Id, StringComparer.Ordinal)));

    /// <summary>Called after each commit that changed a node.</summary>
    public Action Changed { get; set; } = () => { };

    public IEnumerable<NodeRecord> All => nodes.Values;

    public NodeRecord? Get(string id) => nodes.GetValueOrDefault(id);

    /// <summary>Writes a node; memory and waiters follow after the commit.</summary>
    public NodeRecord Put(Tx tx, NodeRecord node)
    {
        NodeRows.Put(tx, node);
        tx.AfterCommit(() =>
        {
            nodes[node.Id] = node;
            if (node.Standing != Standing.Pending && waiting.TryRemove(node.Id, out var waiter))
                waiter.TrySetResult();
            Changed();
        });
        return node;
    }

    /// <summary>Forgets a node that was only pending.</summary>
    public void Drop(Tx tx, string id)
    {
        tx.Execute("DELETE FROM node WHERE id = @id", new { id });
        tx.AfterCommit(() =>
        {
            nodes.TryRemove(id, out _);
            if (waiting.TryRemove(id, out var waiter))
                waiter.TrySetResult();
            Changed();
        });
    }

    /// <summary>Waits until a pending node was decided, at most so long.</summary>
    public async Task WaitForDecision(string id, TimeSpan limit, CancellationToken stop)
    {
        var waiter = waiting.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Get(id) is { Standing: Standing.Pending })
            await Task.WhenAny(waiter.Task, Task.Delay(limit, stop));
    }

    /// <summary>The nodes a word may mean: a name, an id, or at least 4 leading digits of one. Removed nodes answer to their whole id only.</summary>
    public IReadOnlyList<NodeRecord> Find(string word)
    {
        if (nodes.TryGetValue(word, out var exact))
            return [exact];
        var present = nodes.Values.Where(node => !node.Removed).ToArray();
        if (present.FirstOrDefault(node => node.Name == word) is { } named)
            return [named];
        return word.Length >= MinIdDigits && word.All(char.IsAsciiHexDigitLower)
            ? [.. present.Where(node => node.Id.StartsWith(word, StringComparison.Ordinal))]
            : [];
    }
}

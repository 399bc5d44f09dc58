using G8os.Model.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace G8os.Fs.Serve;

/// <summary>
/// Which object an inode number of the kernel's is: a number is a slot of a file of hashes, so that the next server of the same mount knows what the
/// kernel still asks for. A slot is free again when the kernel forgot every lookup of it; those that a server before us gave are kept.
/// </summary>
internal sealed class NodeTable : IDisposable
{
    /// <summary>Objects that the kernel can know at once: 8 MiB of file, 20 MiB of memory when all are in use.</summary>
    public const int SlotsMax = 256 * 1024;
    private const int Inherited = int.MaxValue;
    private readonly Lock gate = new();
    private readonly SafeFileHandle file;
    private readonly Dictionary<ObjectHash, int> slots = [];
    private readonly List<(ObjectHash Hash, int Lookups)> nodes = [];
    private readonly Stack<int> free = [];

    public NodeTable(string path)
    {
        file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        Span<byte> entry = stackalloc byte[ObjectHash.Length];
        for (var slot = 0; slot < SlotsMax && RandomAccess.Read(file, entry, (long)slot * ObjectHash.Length) == ObjectHash.Length; slot++)
        {
            var hash = new ObjectHash(entry);
            nodes.Add((hash, hash == default ? 0 : Inherited));
            if (hash == default || !slots.TryAdd(hash, slot))
                free.Push(slot);
        }
    }

    public int Count
    {
        get
        {
            lock (gate)
                return slots.Count;
        }
    }

    /// <summary>The slot of an object that the kernel is told of once more; -1 when all are in use.</summary>
    public int Take(ObjectHash hash)
    {
        lock (gate)
        {
            if (slots.TryGetValue(hash, out var slot))
            {
                if (nodes[slot].Lookups != Inherited)
                    nodes[slot] = (hash, nodes[slot].Lookups + 1);
                return slot;
            }
            if (free.Count == 0 && nodes.Count == SlotsMax)
                return -1;
            slot = free.Count > 0 ? free.Pop() : nodes.Count;
            // On the file before the kernel hears of it.
            RandomAccess.Write(file, hash.ToBytes(), (long)slot * ObjectHash.Length);
            if (slot == nodes.Count)
                nodes.Add((hash, 1));
            else
                nodes[slot] = (hash, 1);
            slots.Add(hash, slot);
            return slot;
        }
    }

    public bool TryFind(int slot, out ObjectHash hash)
    {
        lock (gate)
        {
            hash = slot >= 0 && slot < nodes.Count ? nodes[slot].Hash : default;
            return hash != default;
        }
    }

    /// <summary>The kernel undid so many lookups.</summary>
    public void Forget(int slot, ulong lookups)
    {
        lock (gate)
        {
            if (slot < 0 || slot >= nodes.Count || nodes[slot] is not { Lookups: > 0 and < Inherited } node)
                return;
            if ((ulong)node.Lookups > lookups)
            {
                nodes[slot] = node with { Lookups = node.Lookups - (int)lookups };
                return;
            }
            Span<byte> none = stackalloc byte[ObjectHash.Length];
            none.Clear();
            RandomAccess.Write(file, none, (long)slot * ObjectHash.Length);
            slots.Remove(node.Hash);
            nodes[slot] = default;
            free.Push(slot);
        }
    }

    public void Dispose() => file.Dispose();
}

using System.Buffers.Binary;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>
/// The content of a directory: blocks of 4 KiB, each with its entries (node id, offset of the name, type) and then their names; entries are in the order
/// of the names' bytes over all blocks, <c>.</c> and <c>..</c> among them. The last block ends with its last name.
/// </summary>
internal sealed class ErofsDirectory
{
    private static readonly ByteText Self = new("."u8), Parent = new(".."u8);

    private readonly List<(ByteText Name, TreeInode Inode)> entries;
    /// <summary>How many entries each block holds.</summary>
    private readonly List<int> blocks = [];

    public ErofsDirectory(TreeInode directory, TreeInode parent)
    {
        entries = [.. directory.Children.Select(child => (child.Key, child.Value)), (Self, directory), (Parent, parent)];
        entries.Sort((left, right) => left.Name.CompareTo(right.Name));
        var used = 0;
        foreach (var (name, _) in entries)
        {
            var needed = ErofsFormat.DirentLength + name.Length;
            if (blocks.Count == 0 || used + needed > ErofsFormat.Block)
            {
                blocks.Add(0);
                used = 0;
            }
            blocks[^1]++;
            used += needed;
        }
        TailLength = used;
    }

    public int FullBlocks => blocks.Count - 1;
    /// <summary>Bytes of the last block, 1 to 4096.</summary>
    public int TailLength { get; }
    public long Size => ((long)FullBlocks * ErofsFormat.Block) + TailLength;

    /// <summary>Writes block <paramref name="number"/>; what it does not fill stays as it is.</summary>
    public void Encode(int number, Span<byte> target, Func<TreeInode, ulong> nid)
    {
        var first = blocks.Take(number).Sum();
        var name = blocks[number] * ErofsFormat.DirentLength;
        for (var i = 0; i < blocks[number]; i++)
        {
            var (text, inode) = entries[first + i];
            var entry = target[(i * ErofsFormat.DirentLength)..];
            BinaryPrimitives.WriteUInt64LittleEndian(entry, nid(inode));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)name);
            entry[10] = (byte)inode.Kind;
            text.Span.CopyTo(target[name..]);
            name += text.Length;
        }
    }
}

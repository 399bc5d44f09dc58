using System.Buffers.Binary;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>The xattrs of a whole image. Those that more than one inode has lie once, in the shared area; the others lie behind their inode.</summary>
internal sealed class ErofsXattrs
{
    private readonly Dictionary<TreeInode, byte[][]> entries = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ByteText, int> counts = [];
    /// <summary>Where each shared entry begins, in bytes from the area's first.</summary>
    private readonly Dictionary<ByteText, int> shared = [];
    private readonly List<byte[]> area = [];

    /// <summary>Takes up all inodes, in the order of the image: it is the order of the shared area too.</summary>
    public ErofsXattrs(IReadOnlyList<TreeInode> inodes)
    {
        foreach (var inode in inodes)
        {
            var all = AllOf(inode).Select(Encode).ToArray();
            if (all.Length == 0)
                continue;
            entries.Add(inode, all);
            foreach (var entry in all)
                counts[new(entry)] = counts.GetValueOrDefault(new(entry)) + 1;
        }
        foreach (var entry in inodes.SelectMany(Of))
        {
            if (counts[new(entry)] > 1 && shared.TryAdd(new(entry), AreaLength))
            {
                area.Add(entry);
                AreaLength += entry.Length;
            }
        }
    }

    /// <summary>Bytes of the shared area, a multiple of 4.</summary>
    public int AreaLength { get; private set; }

    /// <summary>Bytes behind the inode, 0 when it has no xattr.</summary>
    public int LengthOf(TreeInode inode)
    {
        var (ids, own) = Split(inode);
        return ids.Count + own.Count == 0 ? 0 : ErofsFormat.XattrHeader + (4 * ids.Count) + own.Sum(entry => entry.Length);
    }

    public void EncodeArea(Span<byte> target)
    {
        foreach (var entry in area)
        {
            entry.CopyTo(target);
            target = target[entry.Length..];
        }
    }

    /// <summary>Writes what lies behind the inode.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="target">The bytes behind it.</param>
    /// <param name="origin">Bytes from the start of the area's first block to the area.</param>
    public void Encode(TreeInode inode, Span<byte> target, int origin)
    {
        var (ids, own) = Split(inode);
        if (ids.Count + own.Count == 0)
            return;
        target[4] = (byte)ids.Count;
        target = target[ErofsFormat.XattrHeader..];
        foreach (var offset in ids)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)((origin + offset) / 4));
            target = target[4..];
        }
        foreach (var entry in own)
        {
            entry.CopyTo(target);
            target = target[entry.Length..];
        }
    }

    private byte[][] Of(TreeInode inode) => entries.GetValueOrDefault(inode, []);

    private (List<int> Shared, List<byte[]> Own) Split(TreeInode inode)
    {
        var ids = new List<int>();
        var own = new List<byte[]>();
        foreach (var entry in Of(inode))
        {
            if (ids.Count < ErofsFormat.MaxShared && shared.TryGetValue(new(entry), out var offset))
                ids.Add(offset);
            else
                own.Add(entry);
        }
        return (ids, own);
    }

    /// <summary>What it brings, in the order of names, and the two that lead overlayfs to its object.</summary>
    private static IEnumerable<Xattr> AllOf(TreeInode inode)
    {
        var all = inode.Xattrs.OrderBy(xattr => xattr.Name);
        return inode is { Kind: FileKind.Regular, Size: > 0, Object: { } hash }
            ? all.Append(new(new(ErofsFormat.MetacopyName), default)).Append(new(new(ErofsFormat.RedirectName), System.Text.Encoding.ASCII.GetBytes($"/{hash.Path}")))
            : all;
    }

    private static byte[] Encode(Xattr xattr)
    {
        var (index, rest) = ErofsFormat.SplitName(xattr.Name) ?? throw new StoreException($"cannot write the extended attribute {xattr.Name}: EROFS does not know its namespace");
        if (xattr.Value.Length > ErofsFormat.MaxXattrValue || rest.Length > ErofsFormat.MaxXattrName)
            throw new StoreException($"cannot write the extended attribute {xattr.Name}: it is longer than {ErofsFormat.MaxXattrValue} bytes");
        var entry = new byte[ErofsFormat.Align(ErofsFormat.XattrEntryHeader + rest.Length + xattr.Value.Length, 4)];
        entry[0] = (byte)rest.Length;
        entry[1] = index;
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), (ushort)xattr.Value.Length);
        rest.Span.CopyTo(entry.AsSpan(ErofsFormat.XattrEntryHeader));
        xattr.Value.Span.CopyTo(entry.AsSpan(ErofsFormat.XattrEntryHeader + rest.Length));
        return entry;
    }
}

using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>An inode and where it goes.</summary>
internal sealed class ErofsPlace(TreeInode inode, TreeInode parent)
{
    public TreeInode Inode => inode;
    /// <summary>Its content when it is a directory.</summary>
    public ErofsDirectory? Directory { get; } = inode.IsDirectory ? new(inode, parent) : null;
    public int Links { get; set; }
    public bool Compact { get; set; }
    public int XattrLength { get; set; }
    /// <summary>Byte of the image where it begins.</summary>
    public long Position { get; set; }
    /// <summary>The last block of its content lies behind the inode.</summary>
    public bool Inline { get; set; }
    /// <summary>First block of the content that does not lie there; 0 when there is none.</summary>
    public long FirstBlock { get; set; }

    public int HeadLength => (Compact ? ErofsFormat.CompactLength : ErofsFormat.ExtendedLength) + XattrLength;
    /// <summary>Bytes of content that EROFS itself keeps: of directories and links.</summary>
    public long Kept => Directory?.Size ?? inode.Target.Length;
    public int Tail => Directory?.TailLength ?? inode.Target.Length;
    public long Blocks => ErofsFormat.Align(Kept, ErofsFormat.Block) / ErofsFormat.Block - (Inline ? 1 : 0);
    public ulong Nid => (ulong)(Position / ErofsFormat.Slot);
}

/// <summary>Where everything of an image lies. The order is that of a walk: a directory, what it holds that is no directory, then each of its directories.</summary>
internal sealed class ErofsPlan
{
    private readonly Dictionary<TreeInode, ErofsPlace> byInode = new(ReferenceEqualityComparer.Instance);

    public ErofsPlan(TreeInode root)
    {
        Order(root);
        Time = CommonTime();
        Xattrs = new([.. Places.Select(place => place.Inode)]);
        var end = PlaceInodes();
        XattrStart = ErofsFormat.Align(end, 4);
        var block = ErofsFormat.Align(XattrStart + Xattrs.AreaLength, ErofsFormat.Block) / ErofsFormat.Block;
        foreach (var place in Places.Where(place => place.Blocks > 0))
        {
            place.FirstBlock = block;
            block += place.Blocks;
        }
        TotalBlocks = block;
        if (TotalBlocks * ErofsFormat.Block > Array.MaxLength)
            throw new StoreException($"cannot write the image: {Places.Count} names take more than {Array.MaxLength >> 20} MiB");
    }

    public List<ErofsPlace> Places { get; } = [];
    public ErofsXattrs Xattrs { get; }
    /// <summary>The time that most inodes have; they need not hold it.</summary>
    public (long Seconds, int Nanoseconds) Time { get; }
    /// <summary>Byte where the shared xattrs begin.</summary>
    public long XattrStart { get; }
    public long TotalBlocks { get; }

    public ulong Nid(TreeInode inode) => byInode[inode].Nid;

    private void Order(TreeInode root)
    {
        var open = new Stack<(TreeInode Directory, TreeInode Parent)>([(root, root)]);
        while (open.TryPop(out var next))
        {
            var (directory, parent) = next;
            var here = Add(directory, parent);
            here.Links += 2;
            foreach (var child in directory.Children.Values.Where(child => !child.IsDirectory))
                (byInode.GetValueOrDefault(child) ?? Add(child, directory)).Links++;
            foreach (var child in directory.Children.Values.Reverse().Where(child => child.IsDirectory))
            {
                here.Links++;
                open.Push((child, directory));
            }
        }
    }

    private ErofsPlace Add(TreeInode inode, TreeInode parent)
    {
        ErofsRules.Check(inode);
        var place = new ErofsPlace(inode, parent);
        if (!byInode.TryAdd(inode, place))
            throw new StoreException("cannot write the image: a directory has two names");
        Places.Add(place);
        return place;
    }

    private (long, int) CommonTime() => Places
        .GroupBy(place => (place.Inode.Seconds, place.Inode.Nanoseconds))
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;

    private long PlaceInodes()
    {
        var position = (long)ErofsFormat.FirstInode;
        foreach (var place in Places)
        {
            place.Compact = FitsCompact(place);
            place.XattrLength = Xattrs.LengthOf(place.Inode);
            if (place.XattrLength > ErofsFormat.MaxXattrs)
                throw new StoreException($"cannot write the image: a file has {place.XattrLength} bytes of extended attributes; at most {ErofsFormat.MaxXattrs} are possible");
            position = PlaceInode(place, ErofsFormat.Align(position, ErofsFormat.Slot));
        }
        return position;
    }

    private bool FitsCompact(ErofsPlace place) => place.Inode is var inode
        && (inode.Seconds, inode.Nanoseconds) == Time
        && inode.User <= ushort.MaxValue && inode.Group <= ushort.MaxValue && place.Links <= ushort.MaxValue
        && Math.Max(inode.Size, place.Kept) <= uint.MaxValue;

    /// <summary>Places one inode at or behind a position and says where it ends. What lies behind an inode must not leave its block.</summary>
    private static long PlaceInode(ErofsPlace place, long position)
    {
        place.Position = position;
        if (place.Inode is { Kind: FileKind.Regular, Size: > 0 })
            return ErofsFormat.Align(position + place.HeadLength, 4) + 4;
        if (place.Kept == 0 || place.Tail == ErofsFormat.Block)
            return position + place.HeadLength;
        var within = (position + place.HeadLength) % ErofsFormat.Block;
        if (within + place.Tail > ErofsFormat.Block)
        {
            // Either the rest of this block is lost, or most of one that the tail has for itself.
            var gap = ErofsFormat.Block - (position % ErofsFormat.Block);
            if (place.HeadLength + place.Tail > ErofsFormat.Block || gap > ErofsFormat.Block - place.Tail)
                return position + place.HeadLength;
            place.Position = position + gap;
        }
        place.Inline = true;
        return place.Position + place.HeadLength + place.Tail;
    }
}

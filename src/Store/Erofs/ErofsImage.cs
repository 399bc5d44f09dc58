using System.Buffers.Binary;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>
/// An image of ours in memory, from whoever sent it: every number is judged before it is used, and what our writer never writes is refused.
/// Its time and memory are bounded by its length.
/// </summary>
internal sealed partial class ErofsImage
{
    /// <summary>Shared xattrs make an image say more than it holds; more than so many times its length is no honest tree.</summary>
    private const int MaxXattrGrowth = 64;

    private readonly ReadOnlyMemory<byte> image;
    private readonly long xattrStart;
    private readonly long time;
    private readonly int timeNanoseconds;
    private long contentLeft, xattrsLeft;

    /// <exception cref="StoreException">It is no image of ours.</exception>
    public ErofsImage(ReadOnlyMemory<byte> image)
    {
        this.image = image;
        if (image.Length < ErofsFormat.Block || image.Length % ErofsFormat.Block != 0)
            throw Bad($"it has {image.Length} bytes, no whole number of blocks");
        var super = image.Span.Slice(ErofsFormat.SuperOffset, ErofsFormat.SuperLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(super) != ErofsFormat.Magic)
            throw Bad("it does not begin as one");
        if (BinaryPrimitives.ReadUInt32LittleEndian(super[4..]) != ErofsFormat.Checksum(image.Span))
            throw Bad("its checksum is wrong: it is damaged");
        JudgeSuper(super);
        xattrStart = (long)BinaryPrimitives.ReadUInt32LittleEndian(super[44..]) * ErofsFormat.Block;
        time = BinaryPrimitives.ReadInt64LittleEndian(super[24..]);
        timeNanoseconds = BinaryPrimitives.ReadInt32LittleEndian(super[32..]);
        RootNid = BinaryPrimitives.ReadUInt16LittleEndian(super[14..]);
        contentLeft = image.Length;
        xattrsLeft = (long)image.Length * MaxXattrGrowth;
    }

    public ulong RootNid { get; }
    private ReadOnlySpan<byte> Bytes => image.Span;

    private void JudgeSuper(ReadOnlySpan<byte> super)
    {
        var incompatible = BinaryPrimitives.ReadUInt32LittleEndian(super[80..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(super[8..]) != (ErofsFormat.CompatChecksum | ErofsFormat.CompatMtime) || (incompatible & ~ErofsFormat.IncompatChunked) != 0)
            throw Bad("it uses features that sandboxes do not");
        // Block size, superblock length, start of inodes, further devices, directory blocks, xattr prefixes, packed inode.
        if (super[12] != ErofsFormat.BlockBits || super[13] != 0 || super[40..44].ContainsAnyExcept((byte)0) || super[84..].ContainsAnyExcept((byte)0))
            throw Bad("it is laid out as sandboxes are not");
        if (BinaryPrimitives.ReadUInt32LittleEndian(super[36..]) != Bytes.Length / ErofsFormat.Block)
            throw Bad("it is longer or shorter than it says");
        if (BinaryPrimitives.ReadUInt32LittleEndian(super[32..]) >= 1_000_000_000)
            throw Bad("a time is out of range");
    }

    /// <summary>The inode that begins at a slot.</summary>
    public ErofsNode Node(ulong nid)
    {
        if (nid > (ulong)Bytes.Length / ErofsFormat.Slot || nid * ErofsFormat.Slot < ErofsFormat.FirstInode)
            throw Bad($"an inode lies outside of it, at slot {nid}");
        var offset = (int)nid * ErofsFormat.Slot;
        var head = Part(offset, ErofsFormat.CompactLength, "an inode");
        var format = BinaryPrimitives.ReadUInt16LittleEndian(head);
        var extended = (format & 1) != 0;
        if (extended)
            head = Part(offset, ErofsFormat.ExtendedLength, "an inode");
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(head[4..]);
        if (ErofsFormat.KindOf(mode) is not { } kind || format >> 1 is not (ErofsFormat.LayoutPlain or ErofsFormat.LayoutInline or ErofsFormat.LayoutChunked))
            throw Bad($"the inode at slot {nid} is of no kind that is known");
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[2..]);
        var node = extended ? ReadExtended(head) : ReadCompact(head);
        return Judge(node with
        {
            Nid = nid,
            Kind = kind,
            Mode = mode & 0xfff,
            Layout = format >> 1,
            Where = BinaryPrimitives.ReadUInt32LittleEndian(head[16..]),
            XattrOffset = offset + head.Length,
            XattrLength = count == 0 ? 0 : ErofsFormat.XattrHeader + (4 * (count - 1)),
        });
    }

    private ErofsNode ReadCompact(ReadOnlySpan<byte> head) => new()
    {
        Size = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]),
        User = BinaryPrimitives.ReadUInt16LittleEndian(head[24..]),
        Group = BinaryPrimitives.ReadUInt16LittleEndian(head[26..]),
        Seconds = time,
        Nanoseconds = timeNanoseconds,
    };

    private static ErofsNode ReadExtended(ReadOnlySpan<byte> head) => new()
    {
        Size = BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
        User = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]),
        Group = BinaryPrimitives.ReadUInt32LittleEndian(head[28..]),
        Seconds = BinaryPrimitives.ReadInt64LittleEndian(head[32..]),
        Nanoseconds = BinaryPrimitives.ReadInt32LittleEndian(head[40..]),
    };

    private ErofsNode Judge(ErofsNode node)
    {
        if (node.Nanoseconds is < 0 or >= 1_000_000_000)
            throw Bad("a time is out of range");
        Part(node.XattrOffset, node.XattrLength, "extended attributes");
        var good = node.Kind switch
        {
            FileKind.Regular => node.Size is >= 0 and <= ErofsFormat.MaxFile && node.Layout == (node.Size == 0 ? ErofsFormat.LayoutPlain : ErofsFormat.LayoutChunked),
            FileKind.Directory => node.Size > 0 && node.Layout != ErofsFormat.LayoutChunked,
            FileKind.Link => node.Size is > 0 and <= ErofsFormat.MaxTarget && node.Layout != ErofsFormat.LayoutChunked,
            _ => node.Size == 0 && node.Layout == ErofsFormat.LayoutPlain,
        };
        return good ? node : throw Bad($"the {node.Kind} at slot {node.Nid} has a size or layout that it cannot have");
    }

    /// <summary>Bytes of the image, if they are there.</summary>
    private ReadOnlySpan<byte> Part(long offset, long length, string what) =>
        offset >= 0 && length >= 0 && offset <= Bytes.Length && length <= Bytes.Length - offset
            ? Bytes.Slice((int)offset, (int)length)
            : throw Bad($"{what} lies outside of it");

    private static StoreException Bad(string why) => new($"cannot read the image: {why}");
}

using System.Buffers.Binary;
using System.Text;
using G8os.Model.Sandboxes;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

// What belongs to an inode: the names in a directory, the target of a link, the object of a file, xattrs.
internal sealed partial class ErofsImage
{
    /// <summary>The names in a directory but <c>.</c> and <c>..</c>, which lead where they must.</summary>
    public List<(ByteText Name, ulong Nid, FileKind Kind)> Entries(in ErofsNode directory, ulong parent)
    {
        var entries = new List<(ByteText Name, ulong Nid, FileKind Kind)>();
        // Two directories that share a block would make an image of more names than it has room for.
        Spend(ref contentLeft, directory.Size);
        for (var at = 0L; at < directory.Size; at += ErofsFormat.Block)
            ReadBlock(ContentPart(directory, at), entries);
        for (var i = 1; i < entries.Count; i++)
        {
            if (entries[i - 1].Name.CompareTo(entries[i].Name) >= 0)
                throw Bad("the names of a directory are not in order");
        }
        Take(entries, new("."u8), directory.Nid);
        Take(entries, new(".."u8), parent);
        foreach (var (name, _, _) in entries)
        {
            if (ErofsRules.NameFault(name) is { } fault)
                throw Bad(fault);
        }
        return entries;
    }

    private static void Take(List<(ByteText Name, ulong Nid, FileKind Kind)> entries, ByteText name, ulong nid)
    {
        if (!entries.Remove((name, nid, FileKind.Directory)))
            throw Bad($"a directory's {name} does not lead where it must");
    }

    private static void ReadBlock(ReadOnlySpan<byte> block, List<(ByteText Name, ulong Nid, FileKind Kind)> entries)
    {
        if (block.Length < ErofsFormat.DirentLength)
            throw Bad("a directory's block is too short");
        var start = BinaryPrimitives.ReadUInt16LittleEndian(block[8..]);
        var count = start / ErofsFormat.DirentLength;
        if (start % ErofsFormat.DirentLength != 0 || count == 0 || start > block.Length)
            throw Bad("a directory's block begins with no entry");
        for (var i = 0; i < count; i++)
        {
            var entry = block[(i * ErofsFormat.DirentLength)..];
            var from = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
            var to = i + 1 < count ? BinaryPrimitives.ReadUInt16LittleEndian(entry[(ErofsFormat.DirentLength + 8)..]) : block.Length;
            if (from < start || from > to || to > block.Length)
                throw Bad("a name lies outside of its block");
            var name = block[from..to];
            // Behind the last name the block is filled with NUL.
            if (i + 1 == count && name.IndexOf((byte)0) is var end and >= 0)
                name = name[..end];
            entries.Add((new(name), BinaryPrimitives.ReadUInt64LittleEndian(entry), (FileKind)entry[10]));
        }
    }

    /// <summary>The block of content that begins at <paramref name="at"/>; the last one may be shorter.</summary>
    private ReadOnlySpan<byte> ContentPart(in ErofsNode node, long at)
    {
        var length = Math.Min(node.Size - at, ErofsFormat.Block);
        if (node.Layout == ErofsFormat.LayoutPlain || at + ErofsFormat.Block <= node.Size)
            return Part(((long)node.Where * ErofsFormat.Block) + at, length, "content");
        if ((node.Behind % ErofsFormat.Block) + length > ErofsFormat.Block)
            throw Bad("the content behind an inode leaves its block");
        return Part(node.Behind, length, "content");
    }

    /// <summary>Where a link leads.</summary>
    public ByteText Target(in ErofsNode link)
    {
        Spend(ref contentLeft, link.Size);
        var target = ContentPart(link, 0);
        return target.Contains((byte)0) ? throw Bad("a link's target holds NUL") : new(target);
    }

    /// <summary>The object of a file that is not empty.</summary>
    public ObjectHash Object(in ErofsNode file, List<Xattr> xattrs)
    {
        if (file.Where > ErofsFormat.MaxChunkBits || file.Size > 1L << (ErofsFormat.BlockBits + (int)file.Where)
            || BinaryPrimitives.ReadUInt32LittleEndian(Part(ErofsFormat.Align(file.Behind, 4), 4, "a file's map")) != ErofsFormat.NoBlock)
            throw Bad("a file is not the hole it must be");
        var redirect = xattrs.Find(xattr => xattr.Name.Span.SequenceEqual(ErofsFormat.RedirectName));
        return xattrs.Exists(xattr => xattr.Name.Span.SequenceEqual(ErofsFormat.MetacopyName) && xattr.Value.IsEmpty)
            && redirect is not null && redirect.Value.Span is [(byte)'/', .. var path] && ObjectHash.TryParsePath(Encoding.ASCII.GetString(path), out var hash)
            ? hash
            : throw Bad("a file names no object");
    }

    /// <summary>All xattrs of an inode, those that lead to its object among them.</summary>
    public List<Xattr> Xattrs(in ErofsNode node)
    {
        var found = new List<Xattr>();
        if (node.XattrLength == 0)
            return found;
        var body = Bytes.Slice(node.XattrOffset, node.XattrLength);
        var shared = (int)body[4];
        if (ErofsFormat.XattrHeader + (4 * shared) > body.Length)
            throw Bad("an inode counts more shared attributes than it has");
        for (var i = 0; i < shared; i++)
            ReadXattr(xattrStart + (4L * BinaryPrimitives.ReadUInt32LittleEndian(body[(ErofsFormat.XattrHeader + (4 * i))..])), Bytes.Length, found);
        var end = (long)node.XattrOffset + node.XattrLength;
        for (var at = (long)node.XattrOffset + ErofsFormat.XattrHeader + (4 * shared); at < end;)
            at += ReadXattr(at, end, found);
        if (found.DistinctBy(xattr => xattr.Name).Count() != found.Count)
            throw Bad("an inode has an extended attribute twice");
        return found;
    }

    /// <summary>Reads the entry at an offset and says how many bytes it takes.</summary>
    private long ReadXattr(long offset, long end, List<Xattr> found)
    {
        var head = Part(offset, ErofsFormat.XattrEntryHeader, "an extended attribute");
        var (name, value) = ((int)head[0], (int)BinaryPrimitives.ReadUInt16LittleEndian(head[2..]));
        var length = ErofsFormat.Align(ErofsFormat.XattrEntryHeader + name + value, 4);
        if (offset + length > end)
            throw Bad("an extended attribute lies outside of its place");
        Spend(ref xattrsLeft, length);
        var full = ErofsFormat.JoinName(head[1], Part(offset + ErofsFormat.XattrEntryHeader, name, "a name"))
            ?? throw Bad("an extended attribute is of no namespace that is known");
        if (full.Span.Contains((byte)0))
            throw Bad("the name of an extended attribute holds NUL");
        found.Add(new(full, image.Slice((int)offset + ErofsFormat.XattrEntryHeader + name, value)));
        return length;
    }

    private static void Spend(ref long left, long length)
    {
        left -= length;
        if (left < 0)
            throw Bad("its parts overlap");
    }
}

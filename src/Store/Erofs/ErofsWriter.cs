using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>
/// Writes a tree as an EROFS image that holds all but the bytes of files; see <see cref="ErofsFormat"/>. The same tree gives the same bytes: names are in order, no time
/// but those of the files is in it, and the UUID is a hash of the image.
/// </summary>
public static class ErofsWriter
{
    private const int UuidOffset = ErofsFormat.SuperOffset + 48;
    private const int UuidLength = 16;

    /// <summary>The image of a directory. Every regular file that is not empty has its object's hash by now.</summary>
    /// <exception cref="StoreException">The tree holds what an image cannot: the message says what.</exception>
    public static byte[] Write(TreeInode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!root.IsDirectory)
            throw new StoreException("cannot write the image: its root is no directory");
        var plan = new ErofsPlan(root);
        var image = new byte[plan.TotalBlocks * ErofsFormat.Block];
        for (var number = 0; number < plan.Places.Count; number++)
            WriteInode(image, plan, plan.Places[number], number + 1);
        plan.Xattrs.EncodeArea(image.AsSpan((int)plan.XattrStart));
        WriteSuper(image.AsSpan(ErofsFormat.SuperOffset), plan);
        Seal(image);
        return image;
    }

    /// <summary>True when an image can hold an xattr of this name; EROFS knows <c>user.</c>, <c>trusted.</c>, <c>security.</c> and the access lists.</summary>
    public static bool CanHold(ByteText xattr) => ErofsFormat.SplitName(xattr) is not null;

    private static void WriteSuper(Span<byte> super, ErofsPlan plan)
    {
        var chunked = plan.Places.Exists(place => place.Inode is { Kind: FileKind.Regular, Size: > 0 });
        BinaryPrimitives.WriteUInt32LittleEndian(super, ErofsFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(super[8..], ErofsFormat.CompatChecksum | ErofsFormat.CompatMtime);
        super[12] = ErofsFormat.BlockBits;
        BinaryPrimitives.WriteUInt16LittleEndian(super[14..], (ushort)plan.Places[0].Nid);
        BinaryPrimitives.WriteUInt64LittleEndian(super[16..], (ulong)plan.Places.Count);
        BinaryPrimitives.WriteInt64LittleEndian(super[24..], plan.Time.Seconds);
        BinaryPrimitives.WriteInt32LittleEndian(super[32..], plan.Time.Nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(super[36..], (uint)plan.TotalBlocks);
        BinaryPrimitives.WriteUInt32LittleEndian(super[44..], (uint)(plan.XattrStart / ErofsFormat.Block));
        BinaryPrimitives.WriteUInt32LittleEndian(super[80..], chunked ? ErofsFormat.IncompatChunked : 0);
    }

    /// <summary>UUID, then checksum: each covers what comes before it.</summary>
    private static void Seal(byte[] image)
    {
        SHA256.HashData(image).AsSpan(0, UuidLength).CopyTo(image.AsSpan(UuidOffset));
        // The marks of a random UUID (RFC 9562), so that tools show it as one.
        image[UuidOffset + 6] = (byte)((image[UuidOffset + 6] & 0x0f) | 0x40);
        image[UuidOffset + 8] = (byte)((image[UuidOffset + 8] & 0x3f) | 0x80);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(ErofsFormat.SuperOffset + 4), ErofsFormat.Checksum(image));
    }

    private static void WriteInode(byte[] image, ErofsPlan plan, ErofsPlace place, int number)
    {
        var target = image.AsSpan((int)place.Position);
        var (layout, where) = Data(place);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)((layout << 1) | (place.Compact ? 0 : 1)));
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)(place.XattrLength == 0 ? 0 : (place.XattrLength - ErofsFormat.XattrHeader) / 4 + 1));
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], (ushort)(ErofsFormat.TypeBits(place.Inode.Kind) | place.Inode.Mode));
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], where);
        BinaryPrimitives.WriteUInt32LittleEndian(target[20..], (uint)number);
        if (place.Compact)
            WriteCompact(target, place);
        else
            WriteExtended(target, place);
        plan.Xattrs.Encode(place.Inode, target[(place.HeadLength - place.XattrLength)..], (int)(plan.XattrStart % ErofsFormat.Block));
        WriteContent(image, plan, place);
    }

    private static void WriteCompact(Span<byte> target, ErofsPlace place)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], (ushort)place.Links);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)SizeOf(place));
        BinaryPrimitives.WriteUInt16LittleEndian(target[24..], (ushort)place.Inode.User);
        BinaryPrimitives.WriteUInt16LittleEndian(target[26..], (ushort)place.Inode.Group);
    }

    private static void WriteExtended(Span<byte> target, ErofsPlace place)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], (ulong)SizeOf(place));
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], place.Inode.User);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], place.Inode.Group);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], place.Inode.Seconds);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], place.Inode.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(target[44..], place.Links);
    }

    private static long SizeOf(ErofsPlace place) => place.Inode.Kind == FileKind.Regular ? place.Inode.Size : place.Kept;

    /// <summary>How the content lies, and the four bytes of the inode that say where.</summary>
    private static (int Layout, uint Where) Data(ErofsPlace place) => place.Inode switch
    {
        { Kind: FileKind.Regular, Size: > 0 } file => (ErofsFormat.LayoutChunked, ChunkBits(file.Size)),
        { Kind: FileKind.CharacterDevice or FileKind.BlockDevice } device => (ErofsFormat.LayoutPlain, ErofsFormat.Device(device.Major, device.Minor)),
        _ => (place.Inline ? ErofsFormat.LayoutInline : ErofsFormat.LayoutPlain, (uint)place.FirstBlock),
    };

    /// <summary>The n of the smallest chunk of 2^(12+n) bytes that holds the file.</summary>
    private static uint ChunkBits(long size) => (uint)Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)size - 1) - ErofsFormat.BlockBits);

    private static void WriteContent(byte[] image, ErofsPlan plan, ErofsPlace place)
    {
        var behind = (int)place.Position + place.HeadLength;
        if (place.Inode is { Kind: FileKind.Regular, Size: > 0 })
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan((int)ErofsFormat.Align(behind, 4)), ErofsFormat.NoBlock);
        var block = (int)place.FirstBlock * ErofsFormat.Block;
        if (place.Inode.Kind == FileKind.Link)
            place.Inode.Target.Span.CopyTo(image.AsSpan(place.Inline ? behind : block));
        if (place.Directory is not { } directory)
            return;
        for (var i = 0; i <= directory.FullBlocks; i++)
            directory.Encode(i, image.AsSpan(place.Inline && i == directory.FullBlocks ? behind : block + (i * ErofsFormat.Block)), plan.Nid);
    }
}

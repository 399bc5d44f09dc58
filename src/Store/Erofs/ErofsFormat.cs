using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>
/// The numbers of EROFS that our images use (Linux fs/erofs/erofs_fs.h). All integers are little-endian. An image has metadata only: superblock and
/// inodes from byte 0 on, then shared xattrs, then blocks of directories that do not fit beside their inode. What names the content of a file are
/// two xattrs of overlayfs, the layout of composefs: <c>trusted.overlay.metacopy</c> (empty) and <c>trusted.overlay.redirect</c> = <c>/ab/cdef…</c>.
/// </summary>
internal static class ErofsFormat
{
    public const int BlockBits = 12;
    public const int Block = 1 << BlockBits;
    public const int SuperOffset = 1024;
    public const int SuperLength = 128;
    public const uint Magic = 0xE0F5E1E2;
    /// <summary>A node id counts slots of 32 bytes from the start of the image.</summary>
    public const int Slot = 32;
    public const int FirstInode = SuperOffset + SuperLength;

    public const uint CompatChecksum = 1, CompatMtime = 2;
    public const uint IncompatChunked = 4;

    public const int CompactLength = 32, ExtendedLength = 64;
    public const int LayoutPlain = 0, LayoutInline = 2, LayoutChunked = 4;
    /// <summary>Chunks are of 2^(12+n) bytes, n at most this.</summary>
    public const int MaxChunkBits = 31;
    /// <summary>A chunk that is a hole.</summary>
    public const uint NoBlock = 0xffffffff;
    /// <summary>One hole is at most one chunk of the greatest size.</summary>
    public const long MaxFile = 1L << (BlockBits + MaxChunkBits);

    public const int DirentLength = 12;
    public const int MaxName = 255;
    public const int MaxTarget = 4095;

    public const int XattrHeader = 12, XattrEntryHeader = 4;
    public const int MaxShared = 255;
    /// <summary>An inode counts them in units of four bytes, in 16 bits.</summary>
    public const int MaxXattrs = XattrHeader + (4 * (ushort.MaxValue - 1));
    public const int MaxXattrValue = 65535;
    public const int MaxXattrName = 255;

    public static ReadOnlySpan<byte> MetacopyName => "trusted.overlay.metacopy"u8;
    public static ReadOnlySpan<byte> RedirectName => "trusted.overlay.redirect"u8;
    /// <summary>Names that mean something to the overlay mount: a tree must not bring its own.</summary>
    public static ReadOnlySpan<byte> OverlayPrefix => "trusted.overlay."u8;

    /// <summary>The namespaces of xattrs by their number on disk; 5 (lustre) is nobody's.</summary>
    private static readonly (byte Index, string Prefix)[] Namespaces =
    [
        (1, "user."), (2, "system.posix_acl_access"), (3, "system.posix_acl_default"), (4, "trusted."), (6, "security."),
    ];

    /// <summary>The number of a name's namespace and what is left of the name, or null when EROFS has no such namespace.</summary>
    public static (byte Index, ByteText Name)? SplitName(ByteText name)
    {
        foreach (var (index, prefix) in Namespaces)
        {
            var rest = name.Length - prefix.Length;
            // An access list is a whole name, the others are beginnings.
            if (rest < 0 || (rest == 0) != (index is 2 or 3) || !name.Span.StartsWith(System.Text.Encoding.ASCII.GetBytes(prefix)))
                continue;
            return (index, new(name.Span[prefix.Length..]));
        }
        return null;
    }

    /// <summary>The whole name, or null when no namespace has the number.</summary>
    public static ByteText? JoinName(byte index, ReadOnlySpan<byte> rest)
    {
        foreach (var (known, prefix) in Namespaces)
        {
            if (known == index && (rest.Length == 0) == (index is 2 or 3))
                return new([.. System.Text.Encoding.ASCII.GetBytes(prefix), .. rest]);
        }
        return null;
    }

    /// <summary>File type bits of st_mode.</summary>
    public static int TypeBits(FileKind kind) => kind switch
    {
        FileKind.Fifo => 0x1000,
        FileKind.CharacterDevice => 0x2000,
        FileKind.Directory => 0x4000,
        FileKind.BlockDevice => 0x6000,
        FileKind.Regular => 0x8000,
        FileKind.Link => 0xa000,
        FileKind.Socket => 0xc000,
        _ => throw new System.Diagnostics.UnreachableException($"internal error: kind {kind} has no type bits"),
    };

    public static FileKind? KindOf(int mode) => (mode & 0xf000) switch
    {
        0x1000 => FileKind.Fifo,
        0x2000 => FileKind.CharacterDevice,
        0x4000 => FileKind.Directory,
        0x6000 => FileKind.BlockDevice,
        0x8000 => FileKind.Regular,
        0xa000 => FileKind.Link,
        0xc000 => FileKind.Socket,
        _ => null,
    };

    /// <summary>Device numbers as the kernel keeps them (new_encode_dev).</summary>
    public static uint Device(uint major, uint minor) => (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);

    public static (uint Major, uint Minor) Device(uint device) => ((device & 0xfff00) >> 8, (device & 0xff) | ((device >> 12) & 0xfff00));

    public static long Align(long position, long unit) => (position + unit - 1) / unit * unit;

    /// <summary>CRC-32C as the superblock has it: all ones before, nothing after, over block 0 from the superblock on with a checksum of 0.</summary>
    public static uint Checksum(ReadOnlySpan<byte> image)
    {
        var crc = uint.MaxValue;
        var end = Math.Min(Block, image.Length);
        for (var i = SuperOffset; i < end; i++)
            crc = System.Numerics.BitOperations.Crc32C(crc, i is >= SuperOffset + 4 and < SuperOffset + 8 ? (byte)0 : image[i]);
        return crc;
    }
}

using System.Buffers.Binary;

namespace G8os.Linux.Fuse;

/// <summary>What the kernel is told of a file or directory that never changes.</summary>
/// <param name="Node">Its inode.</param>
/// <param name="Mode">Type and permissions, as st_mode.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Seconds since 1970.</param>
public readonly record struct FuseAttributes(ulong Node, uint Mode, long Size, long Modified)
{
    /// <summary>S_IFDIR with 0555.</summary>
    public const uint Directory = 0x4000 | 0x16d;
    /// <summary>S_IFREG with 0444: whoever shows the file gives it its real mode.</summary>
    public const uint File = 0x8000 | 0x124;
}

/// <summary>
/// Writes one reply (fuse_out_header and fuse_*_out, include/uapi/linux/fuse.h) into a buffer of <see cref="FuseSize.ReplyBuffer"/>. While nothing was
/// written nothing is sent: the request needs no reply, or is answered later.
/// </summary>
public ref struct FuseReply(Span<byte> buffer, ulong unique)
{
    /// <summary>Names and attributes of what is named by its hash never change: ten years.</summary>
    public const ulong ForEver = 10 * 365 * 86400UL;
    private const int BlockSize = 512, PageSize = 4096;
    private const ushort MaxBackground = 64, CongestionThreshold = 48, MaxPages = FuseSize.ReadMax / PageSize;
    private readonly Span<byte> buffer = buffer;

    /// <summary>Bytes of the whole message; 0 when there is nothing to send.</summary>
    public int Length { get; private set; }
    /// <summary>The message.</summary>
    public readonly ReadOnlySpan<byte> Message => buffer[..Length];
    /// <summary>Room for the bytes of a READ; then <see cref="Data"/>.</summary>
    public readonly Span<byte> Room => buffer[FuseSize.OutHeader..];

    /// <summary>Refuses with an error number of errno(3), given as a positive number.</summary>
    public void Fail(int errno) => Head(0, -errno);

    /// <summary>Says yes without more.</summary>
    public void Empty() => Head(0, 0);

    /// <summary>The first <paramref name="count"/> bytes of <see cref="Room"/> are the answer.</summary>
    public void Data(int count) => Head(count, 0);

    /// <summary>Answers INIT (fuse_init_out): of the features offered, those that we use.</summary>
    public void Init(FuseSession session)
    {
        var body = Begin(FuseSize.InitOut);
        Put32(body, 0, 7);
        Put32(body, 4, session.Minor);
        Put32(body, 8, session.ReadAhead);
        Put32(body, 12, (uint)session.Features);
        BinaryPrimitives.WriteUInt16LittleEndian(body[16..], MaxBackground);
        BinaryPrimitives.WriteUInt16LittleEndian(body[18..], CongestionThreshold);
        Put32(body, 20, PageSize);  // max_write: nothing is written here
        Put32(body, 24, 1);         // time_gran, nanoseconds
        BinaryPrimitives.WriteUInt16LittleEndian(body[28..], MaxPages);
        Put32(body, 32, (uint)((ulong)session.Features >> 32));
    }

    /// <summary>The answer of LOOKUP (fuse_entry_out), good for ever.</summary>
    public void Entry(FuseAttributes attributes)
    {
        var body = Begin(FuseSize.Entry);
        Put64(body, 0, attributes.Node);
        Put64(body, 16, ForEver);
        Put64(body, 24, ForEver);
        Put(body[40..], attributes);
    }

    /// <summary>The answer of GETATTR (fuse_attr_out), good for ever.</summary>
    public void Attributes(FuseAttributes attributes)
    {
        var body = Begin(16 + FuseSize.Attributes);
        Put64(body, 0, ForEver);
        Put(body[16..], attributes);
    }

    /// <summary>The answer of STATFS (fuse_kstatfs): sizes in bytes of the disk the objects are on.</summary>
    public void StatFs(long total, long available)
    {
        var body = Begin(80);
        Put64(body, 0, (ulong)total / PageSize);
        Put64(body, 8, (ulong)available / PageSize);
        Put64(body, 16, (ulong)available / PageSize);
        Put32(body, 40, PageSize);
        Put32(body, 44, FuseSize.NameMax);
        Put32(body, 48, PageSize);
    }

    /// <summary>Adds a directory's entry (fuse_dirent) to an answer of READDIR of at most <paramref name="size"/> bytes; false when it does not fit any more.</summary>
    /// <param name="next">Position that the kernel asks on from.</param>
    /// <param name="directory">It is a directory, not a file.</param>
    /// <param name="node">Its inode.</param>
    /// <param name="name">At most 255 bytes.</param>
    /// <param name="size">What the request allows.</param>
    public bool AddDirent(ulong node, ulong next, bool directory, scoped ReadOnlySpan<byte> name, uint size)
    {
        const int Header = 24;
        var used = Math.Max(Length, FuseSize.OutHeader) - FuseSize.OutHeader;
        var length = (Header + name.Length + 7) & ~7;
        if (used + length > Math.Min(size, FuseSize.ReadMax))
            return false;
        var entry = buffer.Slice(FuseSize.OutHeader + used, length);
        entry.Clear();
        Put64(entry, 0, node);
        Put64(entry, 8, next);
        Put32(entry, 16, (uint)name.Length);
        Put32(entry, 20, directory ? 4u : 8u);  // DT_DIR, DT_REG
        name.CopyTo(entry[Header..]);
        Head(used + length, 0);
        return true;
    }

    private static void Put(Span<byte> to, FuseAttributes of)
    {
        Put64(to, 0, of.Node);
        Put64(to, 8, (ulong)of.Size);
        Put64(to, 16, ((ulong)of.Size + BlockSize - 1) / BlockSize);
        Put64(to, 24, (ulong)of.Modified);
        Put64(to, 32, (ulong)of.Modified);
        Put64(to, 40, (ulong)of.Modified);
        Put32(to, 60, of.Mode);
        Put32(to, 64, 1);
        Put32(to, 80, PageSize);
    }

    private Span<byte> Begin(int length)
    {
        Head(length, 0);
        var body = buffer.Slice(FuseSize.OutHeader, length);
        body.Clear();
        return body;
    }

    private void Head(int bodyLength, int error)
    {
        Length = FuseSize.OutHeader + bodyLength;
        Put32(buffer, 0, (uint)Length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[4..], error);
        Put64(buffer, 8, unique);
    }

    private static void Put32(Span<byte> to, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(to[at..], value);
    private static void Put64(Span<byte> to, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(to[at..], value);
}

namespace G8os.Linux.Fuse;

/// <summary>What the kernel asks (enum fuse_opcode, include/uapi/linux/fuse.h). Numbers that are not named here are answered with ENOSYS.</summary>
public enum FuseOpcode
{
    /// <summary>A name in a directory.</summary>
    Lookup = 1,
    /// <summary>The kernel dropped an inode; no reply.</summary>
    Forget = 2,
    /// <summary>Attributes of an inode.</summary>
    GetAttributes = 3,
    /// <summary>Target of a symbolic link.</summary>
    ReadLink = 5,
    /// <summary>Opens a file; ENOSYS lets the kernel open without asking.</summary>
    Open = 14,
    /// <summary>Bytes of a file.</summary>
    Read = 15,
    /// <summary>Sizes of the file system.</summary>
    StatFs = 17,
    /// <summary>Closes a file.</summary>
    Release = 18,
    /// <summary>One extended attribute.</summary>
    GetXattr = 22,
    /// <summary>Names of the extended attributes.</summary>
    ListXattr = 23,
    /// <summary>close(2) of one of several descriptors.</summary>
    Flush = 25,
    /// <summary>The first request: version and features.</summary>
    Init = 26,
    /// <summary>Opens a directory.</summary>
    OpenDirectory = 27,
    /// <summary>Entries of a directory.</summary>
    ReadDirectory = 28,
    /// <summary>Closes a directory.</summary>
    ReleaseDirectory = 29,
    /// <summary>access(2), when the kernel does not judge itself.</summary>
    Access = 34,
    /// <summary>The asker of a request was signalled; no reply.</summary>
    Interrupt = 36,
    /// <summary>The file system is unmounted.</summary>
    Destroy = 38,
    /// <summary>Several <see cref="Forget"/>; no reply.</summary>
    BatchForget = 42,
}

/// <summary>Features that the kernel offers and we take (FUSE_* of INIT, include/uapi/linux/fuse.h); bits 32 and up travel in flags2.</summary>
[Flags]
public enum FuseFeatures : ulong
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Several reads of one file at once.</summary>
    AsyncRead = 1 << 0,
    /// <summary>OPEN may be answered with ENOSYS: then files are opened without asking, and their pages are kept.</summary>
    NoOpen = 1 << 17,
    /// <summary>Lookups in one directory do not wait for each other.</summary>
    ParallelDirectories = 1 << 18,
    /// <summary>max_pages of the answer counts.</summary>
    MaxPages = 1 << 22,
    /// <summary>OPENDIR may be answered with ENOSYS.</summary>
    NoOpenDirectory = 1 << 24,
    /// <summary>flags2 is there.</summary>
    Extended = 1 << 30,
    /// <summary>FUSE_NOTIFY_RESEND is understood (Linux 6.9).</summary>
    HasResend = 1UL << 39,
}

/// <summary>Sizes of the structures of include/uapi/linux/fuse.h, in bytes.</summary>
public static class FuseSize
{
    /// <summary>struct fuse_in_header, before every request.</summary>
    public const int InHeader = 40;
    /// <summary>struct fuse_out_header, before every reply and notification.</summary>
    public const int OutHeader = 16;
    /// <summary>struct fuse_attr.</summary>
    public const int Attributes = 88;
    /// <summary>struct fuse_entry_out.</summary>
    public const int Entry = 40 + Attributes;
    /// <summary>struct fuse_init_out.</summary>
    public const int InitOut = 64;
    /// <summary>A request buffer: FUSE_MIN_READ_BUFFER and room for a name; we take no writes, so no request is longer.</summary>
    public const int RequestBuffer = 16 * 1024;
    /// <summary>Longest name of a directory entry (FUSE_NAME_MAX is 1024; ours are shorter).</summary>
    public const int NameMax = 255;
    /// <summary>Bytes of one READ: 256 pages, the kernel's FUSE_MAX_MAX_PAGES.</summary>
    public const int ReadMax = 1 << 20;
    /// <summary>A reply buffer.</summary>
    public const int ReplyBuffer = OutHeader + ReadMax;
}

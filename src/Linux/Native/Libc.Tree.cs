using System.Runtime.InteropServices;

namespace G8os.Linux.Native;

// What reads a tree whose names need not be UTF-8: paths are bytes that end in NUL.
internal static unsafe partial class Libc
{
    internal const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_NO_AUTOMOUNT = 0x800;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>struct statx (linux/stat.h), the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(16)] internal uint Links;
        [FieldOffset(20)] internal uint User;
        [FieldOffset(24)] internal uint Group;
        [FieldOffset(28)] internal ushort Mode;
        [FieldOffset(32)] internal ulong Inode;
        [FieldOffset(40)] internal ulong Size;
        [FieldOffset(112)] internal long ModifiedSeconds;
        [FieldOffset(120)] internal uint ModifiedNanoseconds;
        [FieldOffset(128)] internal uint DeviceMajor;
        [FieldOffset(132)] internal uint DeviceMinor;
        [FieldOffset(136)] internal uint HomeMajor;
        [FieldOffset(140)] internal uint HomeMinor;
    }

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true)]
    internal static partial int open_bytes(byte* path, int flags, uint mode);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint getdents64(int fd, byte* buffer, nuint count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint readlink(byte* path, byte* buffer, nuint size);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Name, EntryPoint = "mknod", SetLastError = true)]
    internal static partial int mknod_bytes(byte* path, uint mode, ulong device);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int lchown(byte* path, uint user, uint group);

    [LibraryImport(Name, EntryPoint = "chmod", SetLastError = true)]
    internal static partial int chmod_bytes(byte* path, uint mode);

    [LibraryImport(Name, EntryPoint = "symlink", SetLastError = true)]
    internal static partial int symlink_bytes(byte* target, byte* path);

    [LibraryImport(Name, EntryPoint = "link", SetLastError = true)]
    internal static partial int link_bytes(byte* existing, byte* path);

    [LibraryImport(Name, EntryPoint = "mkdir", SetLastError = true)]
    internal static partial int mkdir_bytes(byte* path, uint mode);

    /// <summary>Access time, then change time: seconds and nanoseconds each.</summary>
    [LibraryImport(Name, SetLastError = true)]
    internal static partial int utimensat(int directory, byte* path, long* times, int flags);
}

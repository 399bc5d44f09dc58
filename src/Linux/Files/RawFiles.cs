using System.Runtime.InteropServices;
using System.Text;
using G8os.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace G8os.Linux.Files;

/// <summary>Reads files whose names need not be UTF-8. Paths are bytes without NUL; no function follows a last link.</summary>
public static unsafe partial class RawFiles
{
    private const int EntryBuffer = 64 * 1024;
    /// <summary>PATH_MAX: no link leads further, no path of a call is longer.</summary>
    private const int MaxPath = 4096;
    /// <summary>XATTR_SIZE_MAX and XATTR_LIST_MAX (linux/limits.h).</summary>
    private const int MaxXattr = 64 * 1024;
    private const int ENODATA = 61;
    [ThreadStatic] private static byte[]? listBuffer;
    [ThreadStatic] private static byte[]? valueBuffer;

    /// <summary>DIRECTORY/NAME.</summary>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name) => [.. directory, (byte)'/', .. name];

    /// <summary>What it is.</summary>
    public static RawStatus Status(ReadOnlySpan<byte> path)
    {
        Libc.Statx status;
        fixed (byte* text = Terminated(path))
        {
            if (Libc.statx(Libc.AT_FDCWD, text, Libc.AT_SYMLINK_NOFOLLOW | Libc.AT_NO_AUTOMOUNT, Libc.STATX_BASIC_STATS, &status) < 0)
                throw LinuxException.Last($"read {Shown(path)}");
        }
        return new(status.Mode, status.Links, status.User, status.Group, (long)status.Size, status.ModifiedSeconds, (int)status.ModifiedNanoseconds,
            status.Inode, ((ulong)status.HomeMajor << 32) | status.HomeMinor, status.DeviceMajor, status.DeviceMinor);
    }

    /// <summary>The names in a directory but <c>.</c> and <c>..</c>, in the kernel's order.</summary>
    public static IReadOnlyList<byte[]> Names(ReadOnlySpan<byte> path)
    {
        using var directory = OpenRaw(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
        var names = new List<byte[]>();
        var buffer = new byte[EntryBuffer];
        fixed (byte* entries = buffer)
        {
            nint read;
            while ((read = Libc.getdents64(directory.Number, entries, EntryBuffer)) > 0)
                Collect(new(entries, (int)read), names);
            if (read < 0)
                throw LinuxException.Last($"read directory {Shown(path)}");
        }
        return names;
    }

    /// <summary>struct linux_dirent64: inode 8, offset 8, length 2, type 1, name.</summary>
    private static void Collect(ReadOnlySpan<byte> entries, List<byte[]> names)
    {
        while (entries.Length > 0)
        {
            var length = MemoryMarshal.Read<ushort>(entries[16..]);
            var name = entries[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                names.Add(name.ToArray());
            entries = entries[length..];
        }
    }

    /// <summary>Where a symbolic link leads.</summary>
    public static byte[] ReadLink(ReadOnlySpan<byte> path)
    {
        var target = new byte[MaxPath];
        fixed (byte* text = Terminated(path), buffer = target)
        {
            var length = Libc.readlink(text, buffer, MaxPath);
            return length >= 0 ? target[..(int)length] : throw LinuxException.Last($"read link {Shown(path)}");
        }
    }

    /// <summary>Extended attributes with their values, in the kernel's order; none where the file system has none.</summary>
    public static IReadOnlyList<(byte[] Name, byte[] Value)> Xattrs(ReadOnlySpan<byte> path)
    {
        var list = Buffer(ref listBuffer);
        var found = new List<(byte[], byte[])>();
        fixed (byte* text = Terminated(path), names = list)
        {
            var length = Libc.llistxattr(text, names, MaxXattr);
            if (length < 0)
                return Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP ? [] : throw LinuxException.Last($"list the extended attributes of {Shown(path)}");
            for (var at = 0; at < length;)
            {
                var name = list[at..Array.IndexOf(list, (byte)0, at)];
                if (Xattr(text, names + at, path) is { } value)
                    found.Add((name, value));
                at += name.Length + 1;
            }
        }
        return found;
    }

    private static byte[] Buffer(ref byte[]? buffer) => buffer ??= new byte[MaxXattr];

    private static byte[]? Xattr(byte* path, byte* name, ReadOnlySpan<byte> shown)
    {
        var value = Buffer(ref valueBuffer);
        fixed (byte* buffer = value)
        {
            var length = Libc.lgetxattr(path, name, buffer, MaxXattr);
            if (length >= 0)
                return value[..(int)length];
        }
        // It was removed since it was listed.
        return Marshal.GetLastPInvokeError() == ENODATA ? null : throw LinuxException.Last($"read an extended attribute of {Shown(shown)}");
    }

    /// <summary>Opens a regular file for reading.</summary>
    public static FileStream Open(ReadOnlySpan<byte> path)
    {
        using var file = OpenRaw(path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
        return new(new SafeFileHandle(file.Release(), ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    private static Descriptor OpenRaw(ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* text = Terminated(path))
        {
            var fd = Libc.open_bytes(text, flags, 0);
            return fd >= 0 ? new(fd) : throw LinuxException.Last($"open {Shown(path)}");
        }
    }

    internal static byte[] Terminated(ReadOnlySpan<byte> path) => [.. path, 0];

    internal static string Shown(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);
}

using G8os.Linux.Native;

namespace G8os.Linux.Files;

// What makes files of any kind and name.
public static unsafe partial class RawFiles
{
    private const ulong UtimeOmit = (1 << 30) - 2;

    /// <summary>Makes a directory.</summary>
    public static void MakeDirectory(ReadOnlySpan<byte> path, int mode)
    {
        fixed (byte* text = Terminated(path))
        {
            Check(Libc.mkdir_bytes(text, (uint)mode), "make directory", path);
        }
    }

    /// <summary>Makes a device node, fifo, socket or empty file: <paramref name="mode"/> has the type bits.</summary>
    public static void MakeNode(ReadOnlySpan<byte> path, int mode, uint major = 0, uint minor = 0)
    {
        var device = ((ulong)major << 8) | (minor & 0xff) | ((minor & ~0xffUL) << 12);
        fixed (byte* text = Terminated(path))
        {
            Check(Libc.mknod_bytes(text, (uint)mode, device), "make", path);
        }
    }

    /// <summary>Makes a symbolic link.</summary>
    public static void MakeLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        fixed (byte* text = Terminated(path), to = Terminated(target))
        {
            Check(Libc.symlink_bytes(to, text), "make link", path);
        }
    }

    /// <summary>Gives a file a second name.</summary>
    public static void MakeHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> existing)
    {
        fixed (byte* text = Terminated(path), old = Terminated(existing))
        {
            Check(Libc.link_bytes(old, text), "make link", path);
        }
    }

    /// <summary>Opens a file that is there for writing.</summary>
    public static FileStream OpenWrite(ReadOnlySpan<byte> path)
    {
        using var file = OpenRaw(path, Libc.O_WRONLY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
        return new(new Microsoft.Win32.SafeHandles.SafeFileHandle(file.Release(), ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Sets owner and group; a link's own.</summary>
    public static void SetOwner(ReadOnlySpan<byte> path, uint user, uint group)
    {
        fixed (byte* text = Terminated(path))
        {
            Check(Libc.lchown(text, user, group), "set the owner of", path);
        }
    }

    /// <summary>Sets the lower twelve bits of the mode; not of a link.</summary>
    public static void SetMode(ReadOnlySpan<byte> path, int mode)
    {
        fixed (byte* text = Terminated(path))
        {
            Check(Libc.chmod_bytes(text, (uint)mode), "set the mode of", path);
        }
    }

    /// <summary>Sets the time of the last change of content.</summary>
    public static void SetTime(ReadOnlySpan<byte> path, long seconds, int nanoseconds)
    {
        var times = stackalloc long[] { 0, (long)UtimeOmit, seconds, nanoseconds };
        fixed (byte* text = Terminated(path))
        {
            Check(Libc.utimensat(Libc.AT_FDCWD, text, times, Libc.AT_SYMLINK_NOFOLLOW), "set the time of", path);
        }
    }

    /// <summary>Sets an extended attribute; a link's own.</summary>
    public static void SetXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* text = Terminated(path), key = Terminated(name), bytes = Terminated(value))
        {
            Check(Libc.lsetxattr(text, key, bytes, (nuint)value.Length, 0), $"set {Shown(name)} of", path);
        }
    }

    private static void Check(int result, string action, ReadOnlySpan<byte> path)
    {
        if (result < 0)
            throw LinuxException.Last($"{action} {Shown(path)}");
    }
}

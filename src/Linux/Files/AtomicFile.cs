using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Files;

/// <summary>Files that are either the old or the new content, whole, also after a power cut (write, fsync, rename, fsync of the directory).</summary>
public static class AtomicFile
{
    /// <summary>Replaces or makes <paramref name="path"/> with permissions <paramref name="mode"/> (0600 unless told).</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, uint mode = 0x180)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var directory = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp");
        if (Libc.unlink(temporary) < 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
            throw LinuxException.Last($"remove {temporary}");
        try
        {
            Fill(temporary, path, content, mode);
            if (Libc.rename(temporary, path) < 0)
                throw LinuxException.Last($"write {path}");
        }
        catch
        {
            Libc.unlink(temporary);
            throw;
        }
        SyncDirectory(directory);
    }

    private static void Fill(string temporary, string path, ReadOnlySpan<byte> content, uint mode)
    {
        var fd = Libc.open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, mode);
        if (fd < 0)
            throw LinuxException.Last($"write {path}");
        using var file = new Descriptor(fd);
        var wrote = DescriptorIo.WriteAll(fd, content);
        if (wrote < 0)
            throw new LinuxException($"write {path}", -wrote);
        if (Libc.fchmod(fd, mode) < 0 || Libc.fsync(fd) < 0)    // fchmod: the umask may have taken bits away
            throw LinuxException.Last($"write {path}");
    }

    /// <summary>Makes renames, new and removed names in a directory durable.</summary>
    public static void SyncDirectory(string directory)
    {
        var fd = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw LinuxException.Last($"open directory {directory}");
        using var opened = new Descriptor(fd);
        if (Libc.fsync(fd) < 0)
            throw LinuxException.Last($"write directory {directory}");
    }
}

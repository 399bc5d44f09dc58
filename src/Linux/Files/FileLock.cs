using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Files;

/// <summary>An exclusive lock on a file (flock(2)); it ends with this object or the process. The file stays.</summary>
public sealed class FileLock : IDisposable
{
    private const int Exclusive = 2, DoNotWait = 4;
    private readonly Descriptor file;

    private FileLock(Descriptor file) => this.file = file;

    /// <summary>The lock, or null when another process has it. The file is made when it is missing (0600).</summary>
    public static FileLock? TryTake(string path)
    {
        var fd = Libc.open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, 0x180);
        if (fd < 0)
            throw LinuxException.Last($"open lock file {path}");
        var file = new Descriptor(fd);
        if (Libc.flock(fd, Exclusive | DoNotWait) == 0)
            return new(file);
        var errno = Marshal.GetLastPInvokeError();
        file.Dispose();
        return errno == Errno.EAGAIN ? null : throw new LinuxException($"lock {path}", errno);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux;

/// <summary>What <see cref="DescriptorIo.Wait"/> watches: struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Watched
{
    /// <summary>The descriptor; a negative one is skipped.</summary>
    public int Descriptor;
    /// <summary>Wanted: <see cref="Readable"/>, <see cref="Writable"/>.</summary>
    public short Events;
    /// <summary>What came, set by the kernel; errors and hang-ups come unasked.</summary>
    public short Returned;

    /// <summary>POLLIN.</summary>
    public const short Readable = Libc.POLLIN;
    /// <summary>POLLOUT.</summary>
    public const short Writable = Libc.POLLOUT;
}

/// <summary>Plain read, write and poll without exceptions or allocation: a result below zero is the negated errno. For pid 1 and for own threads.</summary>
public static unsafe class DescriptorIo
{
    /// <summary>Reads once; 0 is the end.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        nint got;
        fixed (byte* data = buffer)
            do
                got = Libc.read(descriptor, data, (nuint)buffer.Length);
            while (got < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return got < 0 ? -Marshal.GetLastPInvokeError() : (int)got;
    }

    /// <summary>Writes everything or returns the error; on a non-blocking descriptor part of it may have gone.</summary>
    public static int WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        var total = bytes.Length;
        fixed (byte* data = bytes)
            for (var done = 0; done < total;)
            {
                var put = Libc.write(descriptor, data + done, (nuint)(total - done));
                if (put < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                    return -Marshal.GetLastPInvokeError();
                done += (int)Math.Max(put, 0);
            }
        return total;
    }

    /// <summary>Waits until something of <paramref name="watched"/> is ready or the time is over (-1: for ever). Returns how many are.</summary>
    public static int Wait(Span<Watched> watched, int timeoutMs)
    {
        fixed (Watched* entries = watched)
        {
            var ready = Libc.poll((Libc.Poll*)entries, (nuint)watched.Length, timeoutMs);
            var errno = ready < 0 ? Marshal.GetLastPInvokeError() : 0;
            return errno switch { 0 => ready, Errno.EINTR => 0, _ => -errno };
        }
    }

    /// <summary>A pipe, close-on-exec; the reading end does not block unless asked.</summary>
    public static (Descriptor Read, Descriptor Write) Pipe(bool nonBlocking = true)
    {
        var ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) < 0)
            throw LinuxException.Last("make a pipe");
        var pair = (new Descriptor(ends[0]), new Descriptor(ends[1]));
        if (nonBlocking && Libc.fcntl(ends[0], Libc.F_SETFL, Libc.O_NONBLOCK) < 0)
            throw LinuxException.Last("make a pipe non-blocking");
        return pair;
    }

    /// <summary>An anonymous file in memory holding <paramref name="content"/>, positioned at its start (memfd_create(2)).</summary>
    public static Descriptor MemoryFile(string name, ReadOnlySpan<byte> content)
    {
        var fd = Libc.memfd_create(name, Libc.MFD_CLOEXEC);
        if (fd < 0)
            throw LinuxException.Last($"make memory file {name}");
        var file = new Descriptor(fd);
        var wrote = WriteAll(fd, content);
        if (wrote < 0 || Libc.lseek(fd, 0, 0) < 0)
            throw new LinuxException($"fill memory file {name}", wrote < 0 ? -wrote : Marshal.GetLastPInvokeError());
        return file;
    }

    /// <summary>Reads a file in memory from its start into <paramref name="room"/>, zeroes it and closes it: what it held is here only.</summary>
    public static Span<byte> TakeMemoryFile(int file, Span<byte> room)
    {
        var length = Length(file);
        if (length < 0 || length > room.Length)
            throw new LinuxException($"take over memory file {file}", length < 0 ? (int)-length : Errno.EMSGSIZE);
        var bytes = room[..(int)length];
        Rewind(file);
        for (var at = 0; at < bytes.Length;)
            at += Read(file, bytes[at..]) is > 0 and var got ? got : throw new LinuxException($"take over memory file {file}", Errno.EIO);
        Rewind(file);
        Span<byte> zeroes = stackalloc byte[4096];
        zeroes.Clear();
        for (var left = bytes.Length; left > 0; left -= zeroes.Length)
            WriteAll(file, zeroes[..Math.Min(left, zeroes.Length)]);
        Close(file);
        return bytes;
    }

    /// <summary>Moves the position of a file to its start.</summary>
    public static void Rewind(int descriptor)
    {
        if (Libc.lseek(descriptor, 0, 0) < 0)
            throw LinuxException.Last($"rewind descriptor {descriptor}");
    }

    /// <summary>Opens for appending, making the file with <paramref name="mode"/>; close-on-exec. Below zero: the negated errno.</summary>
    public static int OpenAppend(string path, uint mode)
    {
        var fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_CLOEXEC, mode);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
    }

    /// <summary>The same for a caller that wants the reason; null for no path.</summary>
    public static Descriptor? Append(string? path, uint mode)
    {
        if (path is null)
            return null;
        var file = OpenAppend(path, mode);
        return file >= 0 ? new(file) : throw new LinuxException($"open {path}", -file);
    }

    /// <summary>Opens for reading; close-on-exec. Below zero: the negated errno.</summary>
    public static int OpenRead(string path)
    {
        var fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
    }

    /// <summary>Opens an existing file for writing; close-on-exec. Below zero: the negated errno.</summary>
    public static int OpenWrite(string path)
    {
        var fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
    }

    /// <summary>Length of an open file in bytes, or the negated errno. The position moves to its end.</summary>
    public static long Length(int descriptor)
    {
        var length = Libc.lseek(descriptor, 0, 2);
        return length < 0 ? -Marshal.GetLastPInvokeError() : length;
    }

    /// <summary>Closes a number that no <see cref="Descriptor"/> owns.</summary>
    public static void Close(int descriptor)
    {
        if (Libc.close(descriptor) < 0 && Marshal.GetLastPInvokeError() == Errno.EBADF)
            throw LinuxException.Last($"close descriptor {descriptor}");
    }

    /// <summary>Lets a descriptor live through exec, or not.</summary>
    public static void Inherit(int descriptor, bool inherit)
    {
        if (Libc.fcntl(descriptor, Libc.F_SETFD, inherit ? 0 : Libc.FD_CLOEXEC) < 0)
            throw LinuxException.Last($"change descriptor {descriptor}");
    }

    /// <summary>Closes every descriptor from <paramref name="first"/> up: what a parent leaked (close_range(2)).</summary>
    public static void CloseFrom(int first)
    {
        if (Libc.close_range((uint)first, uint.MaxValue, 0) < 0)
            throw LinuxException.Last($"close descriptors from {first}");
    }

    /// <summary>Fills 0, 1 and 2 where the parent left them closed, so that no other file gets these numbers. /dev may be empty still.</summary>
    public static void OpenStandard()
    {
        for (var number = 0; number <= 2; number++)
            if (Libc.fcntl(number, Libc.F_GETFD, 0) < 0 && Libc.open("/dev/null", Libc.O_RDWR, 0) < 0 && Libc.memfd_create("null", 0) < 0)
                throw LinuxException.Last($"open descriptor {number}");
    }
}

using System.Runtime.InteropServices;
using System.Text;
using G8os.Linux.Native;

namespace G8os.Linux.Sockets;

/// <summary>Who is at the other end of a unix socket, as the kernel saw it at connect (SO_PEERCRED).</summary>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);

/// <summary>How a unix socket keeps data: a stream of bytes, or whole messages.</summary>
public enum UnixKind
{
    /// <summary>SOCK_STREAM.</summary>
    Stream = Libc.SOCK_STREAM,
    /// <summary>SOCK_SEQPACKET: messages stay whole and in order.</summary>
    Messages = Libc.SOCK_SEQPACKET,
}

/// <summary>Unix sockets with descriptor passing (unix(7)). Opening throws; send and receive return the negated errno, so that pid 1 can use them.</summary>
public static unsafe class UnixSocket
{
    private const int PathMax = 107, ControlBytes = 24;     // CMSG_SPACE(sizeof(int)) on 64-bit

    /// <summary>Listens at <paramref name="path"/> with exactly these permissions; a socket left there by a dead process is replaced. Does not block.</summary>
    public static Descriptor Listen(string path, UnixKind kind, uint mode, int backlog)
    {
        var socket = Open(kind, Libc.SOCK_NONBLOCK);
        if (Libc.unlink(path) < 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
            throw LinuxException.Last($"replace {path}");
        var address = stackalloc byte[PathMax + 3];
        var length = Address(address, path);
        if (Libc.bind(socket.Number, address, length) < 0 || Libc.chmod(path, mode) < 0 || Libc.listen(socket.Number, backlog) < 0)
            throw LinuxException.Last($"listen at {path}");
        return socket;
    }

    /// <summary>Connects; blocks only while the listener's queue is full.</summary>
    public static Descriptor Connect(string path, UnixKind kind)
    {
        var socket = Open(kind, 0);
        var address = stackalloc byte[PathMax + 3];
        if (Libc.connect(socket.Number, address, Address(address, path)) == 0)
            return socket;
        var failure = LinuxException.Last($"connect to {path}");
        socket.Dispose();
        throw failure;
    }

    /// <summary>Two connected sockets.</summary>
    public static (Descriptor A, Descriptor B) Pair(UnixKind kind)
    {
        var pair = stackalloc int[2];
        return Libc.socketpair(Libc.AF_UNIX, (int)kind | Libc.SOCK_CLOEXEC, 0, pair) == 0
            ? (new(pair[0]), new(pair[1])) : throw LinuxException.Last("make a pair of sockets");
    }

    /// <summary>The next connection, non-blocking and close-on-exec, or the negated errno (EAGAIN: none waits).</summary>
    public static int Accept(int listener)
    {
        var fd = Libc.accept4(listener, null, null, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
    }

    /// <summary>Who connected, or who listens.</summary>
    public static PeerCredentials Peer(int socket)
    {
        var credentials = stackalloc int[3];
        uint length = 12;
        return Libc.getsockopt(socket, Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials, &length) == 0
            ? new(credentials[0], (uint)credentials[1], (uint)credentials[2]) : throw LinuxException.Last("ask who is at the other end of a socket");
    }

    /// <summary>Sends one message (or bytes) and, when <paramref name="descriptor"/> is not negative, a copy of that descriptor (SCM_RIGHTS).</summary>
    public static int Send(int socket, ReadOnlySpan<byte> message, int descriptor = -1, bool wait = true)
    {
        var control = stackalloc byte[ControlBytes];
        fixed (byte* data = message)
        {
            var vector = new Libc.IoVector { Base = data, Length = (nuint)message.Length };
            var header = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptor >= 0)
            {
                *(nuint*)control = 20;      // cmsg_len
                ((int*)control)[2] = Libc.SOL_SOCKET;
                ((int*)control)[3] = Libc.SCM_RIGHTS;
                ((int*)control)[4] = descriptor;
                header.Control = control;
                header.ControlLength = ControlBytes;
            }
            nint sent;
            do
                sent = Libc.sendmsg(socket, &header, Libc.MSG_NOSIGNAL | (wait ? 0 : Libc.MSG_DONTWAIT));
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return sent < 0 ? -Marshal.GetLastPInvokeError() : (int)sent;
        }
    }

    /// <summary>
    /// Receives one message (or bytes). 0 is the end of the connection; a message larger than the buffer is -EMSGSIZE (90).
    /// <paramref name="descriptor"/> is a passed descriptor, close-on-exec, that the caller now owns, or -1; more than one in a message are closed.
    /// </summary>
    public static int Receive(int socket, Span<byte> buffer, out int descriptor, bool wait = true)
    {
        const int ControlMax = 1048;        // the kernel passes at most 253 descriptors (SCM_MAX_FD)
        var control = stackalloc byte[ControlMax];
        descriptor = -1;
        fixed (byte* data = buffer)
        {
            var vector = new Libc.IoVector { Base = data, Length = (nuint)buffer.Length };
            var header = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlMax };
            nint got;
            do
                got = Libc.recvmsg(socket, &header, Libc.MSG_CMSG_CLOEXEC | (wait ? 0 : Libc.MSG_DONTWAIT));
            while (got < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            if (got < 0)
                return -Marshal.GetLastPInvokeError();
            descriptor = Passed(new(control, (int)Math.Min(header.ControlLength, ControlMax)));
            if ((header.Flags & Libc.MSG_TRUNC) == 0)
                return (int)got;
            if (descriptor >= 0)
                DescriptorIo.Close(descriptor);
            descriptor = -1;
            return -Errno.EMSGSIZE;
        }
    }

    /// <summary>The first passed descriptor; the others are closed, so that nobody fills our table.</summary>
    private static int Passed(ReadOnlySpan<byte> control)
    {
        var first = -1;
        while (control.Length >= 16)
        {
            var length = (int)Math.Min(MemoryMarshal.Read<ulong>(control), (ulong)control.Length);
            if (length < 16)
                break;
            if (MemoryMarshal.Read<int>(control[8..]) == Libc.SOL_SOCKET && MemoryMarshal.Read<int>(control[12..]) == Libc.SCM_RIGHTS)
                foreach (var number in MemoryMarshal.Cast<byte, int>(control[16..length]))
                    if (first < 0)
                        first = number;
                    else
                        DescriptorIo.Close(number);
            control = control[Math.Min(control.Length, (length + 7) & ~7)..];
        }
        return first;
    }

    /// <summary>Ends a connection both ways; a thread that waits in <see cref="Receive"/> gets 0.</summary>
    public static void Shutdown(int socket)
    {
        const int Both = 2, NotConnected = 107;
        if (Libc.shutdown(socket, Both) < 0 && Marshal.GetLastPInvokeError() != NotConnected)
            throw LinuxException.Last("end a connection");
    }

    private static Descriptor Open(UnixKind kind, int flags)
    {
        var fd = Libc.socket(Libc.AF_UNIX, (int)kind | Libc.SOCK_CLOEXEC | flags, 0);
        return fd >= 0 ? new(fd) : throw LinuxException.Last("open a unix socket");
    }

    /// <summary>struct sockaddr_un.</summary>
    private static uint Address(byte* address, string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length > PathMax)
            throw new LinuxException($"use socket path {path}", 0, $"it has {bytes.Length} bytes, the kernel allows {PathMax}");
        *(ushort*)address = Libc.AF_UNIX;
        bytes.CopyTo(new Span<byte>(address + 2, PathMax));
        address[2 + bytes.Length] = 0;
        return (uint)(3 + bytes.Length);
    }
}

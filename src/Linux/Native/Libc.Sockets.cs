using System.Runtime.InteropServices;

namespace G8os.Linux.Native;

internal static unsafe partial class Libc
{
    internal const int AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16, AF_PACKET = 17;
    internal const int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_PASSCRED = 16, SO_PEERCRED = 17, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21,
        SO_BINDTODEVICE = 25, SCM_RIGHTS = 1, SO_SNDBUFFORCE = 32, SO_RCVBUFFORCE = 33;
    internal const int MSG_DONTWAIT = 0x40, MSG_CTRUNC = 8, MSG_TRUNC = 0x20, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000;

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        internal byte* Base;
        internal nuint Length;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    internal struct MessageHeader
    {
        internal byte* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nuint VectorCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    internal struct TimeValue
    {
        internal nint Seconds;
        internal nint Microseconds;
    }

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int bind(int fd, byte* address, uint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int connect(int fd, byte* address, uint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint recvfrom(int fd, byte* data, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint sendto(int fd, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int socketpair(int family, int type, int protocol, int* pair);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int shutdown(int fd, int how);
}

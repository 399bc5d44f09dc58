namespace G8os.Linux.Native;

/// <summary>Error numbers we act on (asm-generic/errno.h; the same on x86-64 and arm64).</summary>
internal static class Errno
{
    internal const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EBUSY = 16, EEXIST = 17,
        ENODEV = 19, ENOTDIR = 20, EINVAL = 22, ECHILD = 10, EPIPE = 32, ELOOP = 40, EOPNOTSUPP = 95, EAFNOSUPPORT = 97, ENETDOWN = 100,
        ENOBUFS = 105, ENOSYS = 38, EMSGSIZE = 90, EBADMSG = 74, ETIMEDOUT = 110, ENXIO = 6, EBADF = 9, EPROTO = 71;
}

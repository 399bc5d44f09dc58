using G8os.Linux.Native;

namespace G8os.Linux.Files;

/// <summary>Room on the file system of a path (statvfs(3)), in bytes.</summary>
/// <param name="Total">Size of the file system.</param>
/// <param name="Available">What may still be written without root's reserve.</param>
public readonly record struct DiskSpace(long Total, long Available)
{
    /// <summary>Asks the kernel. Never for a path on a mount we serve ourselves.</summary>
    public static unsafe DiskSpace Of(string path)
    {
        // struct statvfs begins with f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, eight bytes each on 64-bit
        var result = stackalloc ulong[32];
        if (Libc.statvfs(path, result) < 0)
            throw LinuxException.Last($"ask for the free space of {path}");
        return new((long)(result[1] * result[2]), (long)(result[1] * result[4]));
    }
}

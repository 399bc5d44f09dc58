using G8os.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace G8os.Linux.Files;

/// <summary>Gives the front of a growing file back to the disk without moving its offsets (fallocate(2), FALLOC_FL_PUNCH_HOLE).</summary>
public static class FileHole
{
    private const int KeepSize = 1;
    private const int PunchHole = 2;

    /// <summary>Frees <paramref name="length"/> bytes from <paramref name="offset"/>; they read as zeros from then on.</summary>
    public static void Punch(SafeFileHandle file, long offset, long length)
    {
        if (Libc.fallocate((int)file.DangerousGetHandle(), KeepSize | PunchHole, offset, length) != 0)
            throw LinuxException.Last("give the front of a file back");
    }
}

using System.Runtime.InteropServices;
using G8os.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace G8os.Linux.Files;

/// <summary>Gives part of a file back to the disk: it reads as zeroes, length and offsets stay (fallocate(2), FALLOC_FL_PUNCH_HOLE).</summary>
public static class FileHole
{
    private const int KeepSize = 1, PunchHole = 2;

    /// <summary>Empties <paramref name="length"/> bytes from <paramref name="offset"/>; nothing for a length of 0 or less.</summary>
    public static void Punch(SafeFileHandle file, long offset, long length)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (length <= 0)
            return;
        var number = (int)file.DangerousGetHandle();
        while (Libc.fallocate(number, KeepSize | PunchHole, (nint)offset, (nint)length) < 0)
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last("give part of a file back to the disk");
        GC.KeepAlive(file);
    }
}

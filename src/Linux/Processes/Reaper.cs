using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Processes;

/// <summary>
/// The two halves of reaping for the one thread that owns all children (waitid(2)). First look without reaping, record it, then reap: a process that
/// dies between the two loses nothing, and the pid is not used again before the record is out.
/// </summary>
public static unsafe class Reaper
{
    /// <summary>Blocks until any child has ended; it stays a zombie. False when there is no child at all.</summary>
    public static bool Look(out int pid, out ExitStatus status)
    {
        Libc.WaitResult seen = default;
        while (Libc.waitid(Libc.P_ALL, 0, &seen, Libc.WEXITED | Libc.WNOWAIT) < 0)
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR: break;
                case Errno.ECHILD: (pid, status) = (0, default); return false;
                default: throw LinuxException.Last("wait for a child");
            }
        (pid, status) = (seen.ProcessId, StatusOf(seen));
        return true;
    }

    /// <summary>There is a child, running or ended; does not block.</summary>
    public static bool HasChild()
    {
        Libc.WaitResult seen = default;
        if (Libc.waitid(Libc.P_ALL, 0, &seen, Libc.WEXITED | Libc.WNOWAIT | Libc.WNOHANG) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Errno.ECHILD ? false : throw LinuxException.Last("look for children");
    }

    /// <summary>It is a child of ours and has not ended; does not block.</summary>
    public static bool IsRunningChild(int pid)
    {
        Libc.WaitResult seen = default;     // ProcessId stays 0 while it runs
        return Libc.waitid(Libc.P_PID, pid, &seen, Libc.WEXITED | Libc.WNOWAIT | Libc.WNOHANG) == 0 && seen.ProcessId == 0;
    }

    /// <summary>Removes the zombie.</summary>
    public static void Reap(int pid)
    {
        Libc.WaitResult seen = default;
        while (Libc.waitid(Libc.P_PID, pid, &seen, Libc.WEXITED) < 0)
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last($"reap process {pid}");
    }

    internal static ExitStatus StatusOf(Libc.WaitResult seen) => seen.Code == Libc.CLD_EXITED ? new(seen.Status, 0) : new(0, seen.Status);
}

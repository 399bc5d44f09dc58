using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux;

/// <summary>This process and the machine as a whole.</summary>
public static class Machine
{
    private static bool shielded;
    private const int PowerOffCommand = 0x4321FEDC, RestartCommand = 0x01234567;    // linux/reboot.h
    private const string InitialPidNamespace = "pid:[4026531836]";                  // PROC_PID_INIT_INO, linux/proc_ns.h

    /// <summary>We are pid 1, and of the machine itself, not of a pid namespace that somebody made.</summary>
    public static bool IsOurs => Environment.ProcessId == 1 && new FileInfo("/proc/self/ns/pid").LinkTarget == InitialPidNamespace;

    /// <summary>Orphans below us become our children, as they do for pid 1.</summary>
    public static void BecomeSubreaper()
    {
        if (Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
            throw LinuxException.Last("become a reaper of orphans");
    }

    /// <summary>
    /// This thread, and those it makes later, get memory without waiting for dirty pages to be written (PR_SET_IO_FLUSHER): for servers of file systems.
    /// False when that is not permitted.
    /// </summary>
    public static bool BecomeIoFlusher() => Libc.prctl(Libc.PR_SET_IO_FLUSHER, 1, 0, 0, 0) == 0;

    /// <summary>Writes all file systems to disk.</summary>
    public static void Sync() => Libc.sync();

    /// <summary>Ends the machine, at once and without a goodbye; only pid 1 of the machine after <see cref="Sync"/>. Returns only by throwing.</summary>
    public static void Stop(bool restart)
    {
        Libc.reboot(restart ? RestartCommand : PowerOffCommand);
        throw new LinuxException(restart ? "restart the machine" : "power off the machine", Marshal.GetLastPInvokeError());
    }

    /// <summary>The OOM killer spares this process from now on, but not its children. False when that is not permitted.</summary>
    public static bool ShieldFromOom() => shielded = SetOomScore("-1000"u8);

    /// <summary>A child inherits what holds at the fork: the shield is down while <paramref name="shield"/> is false.</summary>
    internal static void RaiseShield(bool shield)
    {
        if (shielded)
            SetOomScore(shield ? "-1000"u8 : "0"u8);
    }

    private static bool SetOomScore(ReadOnlySpan<byte> score)
    {
        var file = DescriptorIo.OpenWrite("/proc/self/oom_score_adj");
        if (file < 0)
            return false;
        var wrote = DescriptorIo.WriteAll(file, score);
        DescriptorIo.Close(file);
        return wrote > 0;
    }
}

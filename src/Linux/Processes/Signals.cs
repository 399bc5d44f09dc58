using System.Globalization;
using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Processes;

/// <summary>Signals by number (signal(7), the same on x86-64 and arm64).</summary>
public static class Signals
{
    /// <summary>SIGHUP.</summary>
    public const int Hangup = 1;
    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;
    /// <summary>SIGUSR1.</summary>
    public const int User1 = 10;
    /// <summary>SIGUSR2.</summary>
    public const int User2 = 12;
    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;
    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;
    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;
    /// <summary>The highest signal number (SIGRTMAX).</summary>
    public const int Max = 64;

    /// <summary>Sends to a process, or with <paramref name="group"/> to its whole process group. 0 or the negated errno (ESRCH when it is gone).</summary>
    public static int Send(int pid, int signal, bool group = false)
    {
        // 0, 1 and negative numbers mean groups or everybody to kill(2): never by accident.
        if (pid <= 1)
            return -Errno.ESRCH;
        return Libc.kill(group ? -pid : pid, signal) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>
    /// The signal would end the process by the kernel's default: it neither handles nor ignores it. The first process of a pid namespace is spared such a
    /// signal (pid_namespaces(7)). False when it is gone.
    /// </summary>
    public static bool IsLeftToDefault(int pid, int signal)
    {
        try
        {
            ulong handled = 0;
            foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")))
                if (line.StartsWith("SigIgn:", StringComparison.Ordinal) || line.StartsWith("SigCgt:", StringComparison.Ordinal))
                    handled |= ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (handled & (1UL << (signal - 1))) == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Sends to every process of this pid namespace except pid 1, which the caller must be. 0 or the negated errno.</summary>
    public static int SendToAll(int signal)
    {
        if (Libc.getpid() != 1)
            return -Errno.EPERM;
        return Libc.kill(-1, signal) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }
}

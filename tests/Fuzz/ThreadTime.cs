using System.Globalization;

namespace G8os.Fuzz;

/// <summary>How long this thread has been on a processor (proc_pid_schedstat: nanoseconds).</summary>
internal static class ThreadTime
{
    private const int LineMax = 128;

    public static TimeSpan Now
    {
        get
        {
            Span<byte> line = stackalloc byte[LineMax];
            using var file = File.OpenHandle("/proc/thread-self/schedstat");
            line = line[..RandomAccess.Read(file, line, 0)];
            return TimeSpan.FromTicks(long.Parse(line[..line.IndexOf((byte)' ')], NumberStyles.None, CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick);
        }
    }
}

using System.Globalization;

namespace G8os.Core.Run;

/// <summary>
/// The node's own clock: the machine's, plus an offset when the machine's is wrong and may not be set. Certificates are judged by it.
/// It never goes below the newest time this node has trusted before, the build and grid.json's floor.
/// </summary>
internal sealed class NodeClock
{
    /// <summary>A smaller difference to the controller's clock is left alone.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private TimeSpan offset;
    private DateTimeOffset floor;

    public NodeClock()
    {
        if (File.Exists(NodeFiles.ClockShift) && double.TryParse(File.ReadAllText(NodeFiles.ClockShift), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            offset = TimeSpan.FromSeconds(seconds);
        if (File.Exists(NodeFiles.LastTime) && long.TryParse(File.ReadAllText(NodeFiles.LastTime), CultureInfo.InvariantCulture, out var unix))
            floor = DateTimeOffset.FromUnixTimeSeconds(unix);
        if (Now < floor)
            offset += floor - Now;
    }

    public DateTimeOffset Now
    {
        get
        {
            lock (gate)
                return DateTimeOffset.UtcNow + offset;
        }
    }

    /// <summary>How far it is ahead of the machine's.</summary>
    public TimeSpan Offset
    {
        get
        {
            lock (gate)
                return offset;
        }
    }

    /// <summary>Milliseconds since the machine booted; the time of events. Goes on over a restart of the core.</summary>
    public static long Monotonic => Environment.TickCount64;

    /// <summary>Takes a proved controller's time over when ours is off. True when the clock was moved.</summary>
    public bool Adopt(DateTimeOffset time, DateTimeOffset gridFloor)
    {
        lock (gate)
        {
            floor = gridFloor > floor ? gridFloor : floor;
            var target = time > floor ? time : floor;
            var difference = target - (DateTimeOffset.UtcNow + offset);
            if (difference.Duration() <= Tolerance)
                return false;
            offset += difference;
            return true;
        }
    }

    /// <summary>Keeps the present time as one that was right: the clock of the next boot is not below it.</summary>
    public void Keep()
    {
        var now = Now;
        lock (gate)
            floor = now > floor ? now : floor;
        StateDisk.Keep(NodeFiles.LastTime, System.Text.Encoding.ASCII.GetBytes(now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), 0x1A4);
    }
}

using G8os.Linux.Processes;

namespace G8os.Linux.Cgroups;

public sealed partial class CgroupTree
{
    private const int FreezeTriesMax = 20;

    /// <summary>
    /// Kills everything in the cgroup until it is empty: cgroup.kill on version 2; on version 1 frozen first, so that nothing forks away, killed, thawed,
    /// and again. False when something is still there after <paramref name="limit"/>.
    /// </summary>
    public bool KillAll(string name, TimeSpan limit)
    {
        Check(name);
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (Processes(name).Count > 0)
        {
            if (Environment.TickCount64 > end)
                return false;
            KillOnce(name);
            Thread.Sleep(RetryMs);
        }
        return true;
    }

    private void KillOnce(string name)
    {
        if (Unified)
        {
            Write($"{roots[0]}/{name}/cgroup.kill", "1");
            return;
        }
        var freezer = roots.Select(root => $"{root}/{name}/freezer.state").FirstOrDefault(File.Exists);
        if (freezer is not null)
            Freeze(freezer);
        SignalAll(name, Signals.Kill);
        if (freezer is not null)
            Write(freezer, "THAWED");
    }

    /// <summary>A process in uninterruptible sleep cannot be frozen: then we kill what we can and come again.</summary>
    private static void Freeze(string state)
    {
        Write(state, "FROZEN");
        for (var attempt = 1; attempt < FreezeTriesMax && File.ReadAllText(state).Trim() != "FROZEN"; attempt++)
            Thread.Sleep(1);
    }
}

using System.Globalization;

namespace G8os.Linux.Cgroups;

/// <summary>What a cgroup has used.</summary>
/// <param name="CpuTime">Processor time of all it ever held, milliseconds.</param>
/// <param name="Memory">Memory it holds now, bytes.</param>
/// <param name="OomKills">Processes the kernel ended because the memory limit was reached.</param>
public readonly record struct CgroupUsage(long CpuTime, long Memory, long OomKills);

public sealed partial class CgroupTree
{
    /// <summary>Reads what a cgroup has used; zeros for what no hierarchy tells, or when it is not there.</summary>
    public CgroupUsage Usage(string name)
    {
        Check(name);
        return Unified
            ? new(Number(name, "cpu.stat", "usage_usec") / 1_000, Number(name, "memory.current"), Number(name, "memory.events", "oom_kill"))
            : new(Number(name, "cpuacct.usage") / 1_000_000, Number(name, "memory.usage_in_bytes"), Number(name, "memory.oom_control", "oom_kill"));
    }

    /// <summary>The number in a file of the cgroup, in whichever hierarchy has it, or in its line that begins with <paramref name="key"/>.</summary>
    private long Number(string name, string file, string key = "")
    {
        foreach (var root in roots)
        {
            var text = Read($"{root}/{name}/{file}");
            foreach (var line in text.Split('\n'))
                if (line.StartsWith(key, StringComparison.Ordinal) && long.TryParse(line.AsSpan(key.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return number;
        }
        return 0;
    }

    private static string Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (IOException) when (!File.Exists(path))
        {
            return ""; // removed while we looked
        }
    }
}

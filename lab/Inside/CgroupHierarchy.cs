using G8os.Model;

namespace G8os.Lab.Inside;

/// <summary>A mounted cgroup hierarchy: a v1 one with its controllers, or the v2 one.</summary>
/// <param name="Path">Where it is mounted, e.g. /sys/fs/cgroup/memory.</param>
/// <param name="Options">What mount(2) needs to mount it again: "memory", "cpu,cpuacct" or "none,name=systemd"; empty for v2.</param>
/// <param name="Unified">True for cgroup v2.</param>
public sealed record CgroupHierarchy(string Path, string Options, bool Unified)
{
    public const string Base = "/sys/fs/cgroup";

    /// <summary>The hierarchies of this machine.</summary>
    public static Values<CgroupHierarchy> OfMachine() =>
        Read(File.ReadAllText("/proc/self/mounts"), File.Exists("/proc/cgroups") ? File.ReadAllText("/proc/cgroups") : "");

    /// <summary>Reads /proc/self/mounts (proc_pid_mounts(5)) and /proc/cgroups (cgroups(7)); sorted by path.</summary>
    public static Values<CgroupHierarchy> Read(string mounts, string controllers)
    {
        var known = controllers.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')[0]).ToHashSet(StringComparer.Ordinal);
        var found = new SortedDictionary<string, CgroupHierarchy>(StringComparer.Ordinal);
        foreach (var fields in mounts.Split('\n').Select(line => line.Split(' ')))
        {
            if (fields is [_, var path, var type, var options, ..] && (path == Base || path.StartsWith(Base + "/", StringComparison.Ordinal)))
            {
                if (type == "cgroup2")
                    found[path] = new(path, "", Unified: true);
                else if (type == "cgroup")
                    found[path] = new(path, V1Options(options, known), Unified: false);
            }
        }
        return found.Values.ToValues();
    }

    private static string V1Options(string options, HashSet<string> known)
    {
        var words = options.Split(',');
        return words.FirstOrDefault(word => word.StartsWith("name=", StringComparison.Ordinal)) is { } name && !words.Any(known.Contains)
            ? "none," + name
            : string.Join(',', words.Where(known.Contains));
    }
}

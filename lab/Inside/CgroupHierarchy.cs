using G8os.Linux.Mounts;
using G8os.Model;

namespace G8os.Lab.Inside;

/// <summary>A cgroup hierarchy as a node mounts it again: inside its cgroup namespace it sees only its own part of it.</summary>
/// <param name="Path">Where it is mounted, e.g. /sys/fs/cgroup/memory.</param>
/// <param name="Options">What mount(2) needs: "memory", "cpu,cpuacct" or "none,name=systemd"; empty for v2.</param>
/// <param name="Unified">True for cgroup v2.</param>
public sealed record CgroupHierarchy(string Path, string Options, bool Unified)
{
    public const string Base = "/sys/fs/cgroup";

    /// <summary>The hierarchies of this machine: the v1 ones when there are any, else v2.</summary>
    public static Values<CgroupHierarchy> OfMachine() =>
        From(MountTable.Read(), File.Exists("/proc/cgroups") ? File.ReadAllText("/proc/cgroups") : "");

    /// <summary>The same from a mount table and the text of /proc/cgroups (cgroups(7)); sorted by path.</summary>
    public static Values<CgroupHierarchy> From(IReadOnlyList<MountEntry> mounts, string controllers)
    {
        ArgumentNullException.ThrowIfNull(controllers);
        var known = controllers.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')[0]).ToHashSet(StringComparer.Ordinal);
        var below = mounts.Where(mount => mount.MountPoint == Base || mount.MountPoint.StartsWith(Base + "/", StringComparison.Ordinal))
            .OrderBy(mount => mount.MountPoint, StringComparer.Ordinal).ToList();
        var one = below.Where(mount => mount.Type == "cgroup").Select(mount => new CgroupHierarchy(mount.MountPoint, V1Options(mount.SuperOptions, known), false)).ToList();
        var two = below.Where(mount => mount.Type == "cgroup2").Take(1).Select(mount => new CgroupHierarchy(mount.MountPoint, "", true));
        return (one.Count > 0 ? one : two).ToValues();
    }

    private static string V1Options(string options, HashSet<string> known)
    {
        var words = options.Split(',');
        return words.FirstOrDefault(word => word.StartsWith("name=", StringComparison.Ordinal)) is { } name && !words.Any(known.Contains)
            ? "none," + name
            : string.Join(',', words.Where(known.Contains));
    }
}

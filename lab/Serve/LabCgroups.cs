using G8os.Linux.Cgroups;

namespace G8os.Lab.Serve;

/// <summary>
/// The lab's places in the machine's cgroups, g8lab/LAB/NODE: the only thing on the machine itself that a lab changes. They also name every process of a
/// lab, so that nothing outlives it.
/// </summary>
internal static class LabCgroups
{
    /// <summary>The directory all labs share.</summary>
    private const string Top = "g8lab";
    /// <summary>The supervisor, its controllers and DHCP servers; no node can be called so.</summary>
    private const string OwnName = "_lab";

    /// <summary>A node's cgroup.</summary>
    public static string Of(string lab, string node) => $"{Top}/{lab}/{node}";

    /// <summary>The supervisor's own cgroup.</summary>
    public static string Own(string lab) => Of(lab, OwnName);

    /// <summary>A whole lab.</summary>
    public static string Whole(string lab) => $"{Top}/{lab}";

    /// <summary>Kills everything in a cgroup and removes it; one that is not there is no error.</summary>
    public static void Clear(CgroupTree tree, string name)
    {
        if (!tree.Exists(name))
            return;
        if (!tree.KillAll(name, LabLimits.Gone))
            throw new LabException($"cannot end the processes of {name}: {string.Join(' ', tree.Processes(name))} survive SIGKILL; see /proc/PID/stack for where they hang");
        tree.Remove(name);
    }

    /// <summary>Removes the directory of all labs when no lab is left.</summary>
    public static void RemoveTop(CgroupTree tree)
    {
        if (tree.Roots.All(root => !Directory.Exists($"{root}/{Top}") || !Directory.EnumerateDirectories($"{root}/{Top}").Any()))
            tree.Remove(Top);
    }
}

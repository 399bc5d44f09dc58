namespace G8os.Linux.Mounts;

/// <summary>What pid 1 of a machine finds missing. Whoever makes namespaces for a pid 1 (the lab, a test) makes their mounts too: there nothing is touched.</summary>
public static class EarlyMounts
{
    private static readonly (string Target, string Type, MountFlags Flags, string? Data)[] Wanted =
    [
        ("/sys", "sysfs", MountFlags.NoSuid | MountFlags.NoDevices | MountFlags.NoExec, null),
        ("/sys/fs/cgroup", "cgroup2", MountFlags.NoSuid | MountFlags.NoDevices | MountFlags.NoExec, null),
        ("/dev", "devtmpfs", MountFlags.NoSuid, "mode=755"),
        ("/dev/pts", "devpts", MountFlags.NoSuid | MountFlags.NoExec, "ptmxmode=0666,mode=620,gid=5"),
        ("/dev/shm", "tmpfs", MountFlags.NoSuid | MountFlags.NoDevices, "mode=1777"),
        ("/run", "tmpfs", MountFlags.NoSuid | MountFlags.NoDevices, "mode=755"),
        ("/tmp", "tmpfs", MountFlags.NoSuid | MountFlags.NoDevices, "mode=1777"),
    ];

    /// <summary>Mounts /proc when it is missing, and as pid 1 of the machine the other file systems that a kernel interface lives in.</summary>
    public static void Make()
    {
        if (!Directory.Exists("/proc/self"))
        {
            Directory.CreateDirectory("/proc");
            MountPoint.Mount("proc", "/proc", "proc", MountFlags.NoSuid | MountFlags.NoDevices | MountFlags.NoExec);
        }
        if (!Machine.IsOurs)
            return;
        foreach (var (target, type, flags, data) in Wanted)
        {
            if (MountTable.IsMounted(target))
                continue;
            Directory.CreateDirectory(target);
            MountPoint.Mount(type, target, type, flags, data);
        }
    }
}

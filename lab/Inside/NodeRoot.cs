using System.Text.Json;
using G8os.Lab.Control;
using G8os.Linux.Mounts;
using G8os.Linux.Processes;

namespace G8os.Lab.Inside;

/// <summary>
/// The first process of a node, before it becomes g8os-core: it stands in the new namespaces, puts the node's root together and steps into it.
/// What a node would find on a machine of its own (devices, /proc, /sys, an empty /run) is made here.
/// </summary>
public static class NodeRoot
{
    private static readonly (string Name, int Major, int Minor, uint Mode)[] Devices =
    [
        ("null", 1, 3, 0x1b6), ("zero", 1, 5, 0x1b6), ("full", 1, 7, 0x1b6), ("random", 1, 8, 0x1b6), ("urandom", 1, 9, 0x1b6),
        ("tty", 5, 0, 0x1b6), ("fuse", 10, 229, 0x1b6), ("net/tun", 10, 200, 0x1b6), ("kmsg", 1, 11, 0x180),
    ];

    /// <summary>Made only when the machine has them.</summary>
    private static readonly (string Name, int Major, int Minor, uint Mode)[] MachineDevices = [("kvm", 10, 232, 0x1b6), ("loop-control", 10, 237, 0x180)];

    /// <summary>What pid 1 finds in its environment; nothing comes from the operator's.</summary>
    private static readonly string[] Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=linux", "LANG=C.UTF-8"];

    /// <summary>Never returns: this process becomes the node's pid 1, or ends with the reason in its report.</summary>
    public static int Become(string specFile)
    {
        var spec = JsonSerializer.Deserialize(File.ReadAllBytes(specFile), LabJson.Default.NodeSpec) ?? throw new LabException($"cannot read {specFile}: it is empty");
        // Opened before the machine's files are out of sight.
        using var report = new StreamWriter(new FileStream(spec.Report, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        try
        {
            // This is still the machine's /proc: the link names us as the machine counts.
            report.WriteLine($"pid {new FileInfo("/proc/self").LinkTarget}");
            Mount(spec);
            report.WriteLine("ready");
            Spawner.Become(spec.Command, Environment);
            return 1;
        }
        catch (Exception e)
        {
            report.WriteLine($"error {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static void Mount(NodeSpec spec)
    {
        var root = spec.Root + "/root";
        MountPoint.Mount("g8lab-" + spec.Name, spec.Root, "tmpfs", data: "mode=755");
        foreach (var directory in (ReadOnlySpan<string>)["upper", "work", "root"])
            Directory.CreateDirectory($"{spec.Root}/{directory}");
        MountPoint.Mount("g8lab-" + spec.Name, root, "overlay", data: $"lowerdir=/,upperdir={spec.Root}/upper,workdir={spec.Root}/work,xino=off,volatile");
        Fresh(root, "/proc", "proc", "proc");
        Fresh(root, "/sys", "sysfs", "sysfs");
        Cgroups(root, spec);
        Dev(root);
        Fresh(root, "/run", "tmpfs", "run", MountFlags.NoSuid | MountFlags.NoDevices, "mode=755");
        Fresh(root, "/tmp", "tmpfs", "tmp", MountFlags.NoSuid | MountFlags.NoDevices, "mode=1777");
        foreach (var hidden in spec.Hidden)
            Fresh(root, hidden, "tmpfs", "hidden", MountFlags.ReadOnly, "mode=000");
        Bind(spec.Disk, root + "/var/lib/g8os");
        Bind(spec.Medium, root + "/etc/g8os");
        Bind(spec.Binaries, root + NodeSpec.BinariesInside);
        MountPoint.Mount(null, root + NodeSpec.BinariesInside, null, MountFlags.Remount | MountFlags.Bind | MountFlags.ReadOnly);
        Name(root, spec.Name);
        Step(root);
        // Through the node's own /proc: the host name of this uts namespace.
        File.WriteAllText("/proc/sys/kernel/hostname", spec.Name);
    }

    private static void Fresh(string root, string path, string type, string source, MountFlags flags = MountFlags.None, string? data = null)
    {
        Directory.CreateDirectory(root + path);
        MountPoint.Mount(source, root + path, type, flags, data);
    }

    private static void Bind(string source, string target)
    {
        Directory.CreateDirectory(target);
        MountPoint.Bind(source, target);
    }

    private static void Cgroups(string root, NodeSpec spec)
    {
        if (spec.Cgroups is [{ Unified: true }])
        {
            Fresh(root, CgroupHierarchy.Base, "cgroup2", "cgroup2");
            return;
        }
        Fresh(root, CgroupHierarchy.Base, "tmpfs", "cgroup", data: "mode=755");
        foreach (var hierarchy in spec.Cgroups)
        {
            Fresh(root, hierarchy.Path, "cgroup", "cgroup", data: hierarchy.Options);
            // "cpu,cpuacct" is found under both names.
            var name = Path.GetFileName(hierarchy.Path);
            foreach (var part in name.Split(',').Where(part => part != name))
                File.CreateSymbolicLink($"{root}{CgroupHierarchy.Base}/{part}", name);
        }
    }

    private static void Dev(string root)
    {
        Fresh(root, "/dev", "tmpfs", "dev", MountFlags.NoSuid, "mode=755");
        Directory.CreateDirectory(root + "/dev/net");
        foreach (var (name, major, minor, mode) in Devices.Concat(MachineDevices.Where(device => File.Exists("/dev/" + device.Name))))
            MountPoint.MakeCharacterDevice($"{root}/dev/{name}", mode, major, minor);
        Fresh(root, "/dev/pts", "devpts", "devpts", MountFlags.NoSuid | MountFlags.NoExec, "newinstance,ptmxmode=0666,mode=620,gid=5");
        Fresh(root, "/dev/shm", "tmpfs", "shm", MountFlags.NoSuid | MountFlags.NoDevices, "mode=1777");
        foreach (var (link, target) in new[] { ("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2") })
            File.CreateSymbolicLink($"{root}/dev/{link}", target);
    }

    /// <summary>The files that would make the node believe it is this machine.</summary>
    private static void Name(string root, string name)
    {
        Replace(root + "/etc/hostname", name + "\n");
        Replace(root + "/etc/hosts", $"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {name}\n");
        Replace(root + "/etc/resolv.conf", "");
        // An empty one is filled by whoever needs it; the machine's own must not be shared.
        Replace(root + "/etc/machine-id", "");
    }

    /// <summary>A link is replaced, not followed: it may lead out of what the node sees.</summary>
    private static void Replace(string path, string content)
    {
        File.Delete(path);
        File.WriteAllText(path, content);
    }

    private static void Step(string root)
    {
        const string Old = "/.old";
        Directory.CreateDirectory(root + Old);
        MountPoint.PivotRoot(root, root + Old);
        Directory.SetCurrentDirectory("/");
        MountPoint.Unmount(Old, detach: true);
        Directory.Delete(Old);
    }
}

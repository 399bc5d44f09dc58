using System.Globalization;
using System.Text.Json;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>Where a container's parts lie on the node.</summary>
/// <param name="Root">Its sandbox's mount.</param>
/// <param name="Data">The directory behind /data.</param>
/// <param name="Files">Files of the node it sees (of <see cref="AppRoot.Files"/>), that its root has a place for.</param>
/// <param name="Cgroup">Its cgroup, as the node sees it.</param>
public sealed record ContainerPlace(string Root, string Data, Values<string> Files, string Cgroup);

/// <summary>
/// The config.json that runc makes a container from: a read-only root, /data its own, the node's network, namespaces for the rest, no new privileges,
/// hardly a capability, a list of system calls it may not use.
/// </summary>
public static class ContainerConfig
{
    private const string Version = "1.0.2";
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const ulong CpuPeriod = 100_000;
    private const int PrivilegedPorts = 1_024;
    private const string Bind = "CAP_NET_BIND_SERVICE";

    /// <summary>What root in a container may still do: own and hand on its own files, become another user, end its own processes.</summary>
    private static readonly Values<string> RootMay = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", Bind, "CAP_SETGID", "CAP_SETUID"];

    private static readonly Values<OciNamespace> Namespaces = [new("pid"), new("mount"), new("ipc"), new("uts"), new("cgroup")];

    private static readonly Values<string> Masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
        "/sys/firmware", "/sys/devices/virtual/powercap",
    ];

    private static readonly Values<string> ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>UTF-8 JSON; the same for the same arguments.</summary>
    public static byte[] Of(AppSpec spec, AppUser user, ContainerPlace place) => JsonSerializer.SerializeToUtf8Bytes(Make(spec, user, place), OciJson.Default.OciConfig);

    private static OciConfig Make(AppSpec spec, AppUser user, ContainerPlace place) => new(
        Version,
        new OciProcess(
            Terminal: false,
            new OciUser(user.Uid, user.Gid, user.Groups),
            [spec.Process.Exec, .. spec.Process.Args],
            Environment(spec, user),
            spec.Process.Directory,
            Capabilities(spec, user),
            [new OciRlimit("RLIMIT_CORE", 0, 0)],
            NoNewPrivileges: true,
            OomScoreAdj: 0),
        new OciRoot(place.Root, Readonly: true),
        spec.Name,
        Mounts(user, place),
        new OciLinux(
            Namespaces,
            "/" + place.Cgroup,
            Resources(spec.Resources),
            Masked,
            ReadOnly,
            ContainerSyscalls.Profile));

    private static Values<string> Environment(AppSpec spec, AppUser user)
    {
        var variables = Table<string>.Empty.With("PATH", Path).With("HOME", user.Home).With("LANG", "C.UTF-8").With("G8OS_APP", spec.Name);
        foreach (var (name, value) in spec.Process.Env)
            variables = variables.With(name, value);
        return variables.Select(variable => $"{variable.Key}={variable.Value}").ToValues();
    }

    /// <summary>Whoever is not root has none, but for a port below 1024 that the spec claims.</summary>
    private static OciCapabilities Capabilities(AppSpec spec, AppUser user)
    {
        if (user.Uid == 0)
            return new OciCapabilities(RootMay, RootMay, RootMay, [], []);
        Values<string> may = spec.Ports.Any(port => port < PrivilegedPorts) ? [Bind] : [];
        return new OciCapabilities(may, may, may, may, may);
    }

    /// <summary>runc gives a tmpfs the mode of the directory below it, so /run and /tmp belong to the app's user.</summary>
    private static Values<OciMount> Mounts(AppUser user, ContainerPlace place)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $"uid={user.Uid}");
        var group = string.Create(CultureInfo.InvariantCulture, $"gid={user.Gid}");
        return
        [
            new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            new("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=64m"]),
            new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
            new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
            new("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", "ro"]),
            new("/run", "tmpfs", "tmpfs", ["nosuid", "nodev", "mode=755", "size=16m", owner, group]),
            new("/tmp", "tmpfs", "tmpfs", ["nosuid", "nodev", "mode=1777", "size=256m", owner, group]),
            new("/data", "bind", place.Data, ["bind", "rw", "nosuid", "nodev"]),
            .. place.Files.Select(file => new OciMount(file, "bind", file, ["bind", "ro", "nosuid", "nodev", "noexec"])),
        ];
    }

    private static OciResources Resources(ResourceSpec wanted) => new(
        [new OciDevice(false, "rwm")],
        wanted.Memory > 0 ? new OciMemory(wanted.Memory, wanted.Memory) : null,
        wanted.Cpu > 0 ? new OciCpu(wanted.Cpu * (long)CpuPeriod / 1_000, CpuPeriod) : null,
        wanted.Processes > 0 ? new OciPids(wanted.Processes) : null);
}

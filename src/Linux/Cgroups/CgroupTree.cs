using System.Globalization;
using System.Runtime.InteropServices;
using G8os.Linux.Mounts;
using G8os.Linux.Native;
using G8os.Linux.Processes;

namespace G8os.Linux.Cgroups;

/// <summary>
/// The cgroup hierarchies this process sees: version 1 (one per controller) when there is any, else the unified version 2 (cgroups(7)).
/// A cgroup is a relative name like "g8os/jobs/7" and exists in every hierarchy. Found by looking at the mount table once.
/// </summary>
public sealed partial class CgroupTree
{
    private const int NameMax = 512, RemoveTriesMax = 100, RetryMs = 10;
    private static readonly string[] ControllersV2 = ["cpu", "memory", "pids", "io", "cpuset"];
    private readonly string[] roots;

    private CgroupTree(string[] roots, bool unified) => (this.roots, Unified) = (roots, unified);

    /// <summary>Version 2.</summary>
    public bool Unified { get; }

    /// <summary>Mount points of the hierarchies.</summary>
    public IReadOnlyList<string> Roots => roots;

    /// <summary>The hierarchies mounted at or below <paramref name="root"/>.</summary>
    /// <exception cref="LinuxException">None is mounted there.</exception>
    public static CgroupTree Detect(string root = "/sys/fs/cgroup")
    {
        var below = MountTable.Read().Where(mount => mount.MountPoint == root || mount.MountPoint.StartsWith(root + "/", StringComparison.Ordinal)).ToArray();
        var one = below.Where(mount => mount.Type == "cgroup").Select(mount => mount.MountPoint).Distinct().ToArray();
        var two = below.Where(mount => mount.Type == "cgroup2").Select(mount => mount.MountPoint).Distinct().Take(1).ToArray();
        return one.Length > 0 ? new(one, false) : two.Length > 0 ? new(two, true)
            : throw new LinuxException($"find cgroups below {root}", 0, "nothing of type cgroup or cgroup2 is mounted there");
    }

    /// <summary>Makes the cgroup and those above it, in every hierarchy; one that is there stays.</summary>
    public void Create(string name)
    {
        Check(name);
        foreach (var root in roots)
        {
            var path = root;
            foreach (var part in name.Split('/'))
            {
                if (Unified)
                    PassControllersDown(path);
                var parent = path;
                path = $"{path}/{part}";
                if (Libc.mkdir(path, 0x1ed) < 0 && Marshal.GetLastPInvokeError() != Errno.EEXIST)
                    throw LinuxException.Last($"make cgroup {path}");
                CopyCpuset(parent, path);
            }
        }
    }

    /// <summary>A version 2 child has only the controllers its parent hands down.</summary>
    private static void PassControllersDown(string path)
    {
        var there = File.ReadAllText($"{path}/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var passed = File.ReadAllText($"{path}/cgroup.subtree_control").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var controller in ControllersV2.Intersect(there).Except(passed))
            Write($"{path}/cgroup.subtree_control", "+" + controller);
    }

    /// <summary>A version 1 cpuset starts empty and takes no process until it has processors and memory nodes.</summary>
    private void CopyCpuset(string parent, string path)
    {
        if (Unified || !File.Exists($"{path}/cpuset.cpus"))
            return;
        foreach (var file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
            if (File.ReadAllText($"{path}/{file}").Trim().Length == 0)
                Write($"{path}/{file}", File.ReadAllText($"{parent}/{file}").Trim());
    }

    /// <summary>True when it is there in any hierarchy.</summary>
    public bool Exists(string name)
    {
        Check(name);
        return roots.Any(root => Directory.Exists($"{root}/{name}"));
    }

    /// <summary>Moves this process, or <paramref name="pid"/>, into the cgroup, in every hierarchy. Its later children follow.</summary>
    public void Enter(string name, int pid = 0)
    {
        Check(name);
        foreach (var root in roots)
            Write($"{root}/{name}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Pids in the cgroup and those below it, in order, each once. None when it is not there.</summary>
    public IReadOnlyList<int> Processes(string name)
    {
        Check(name);
        var found = new SortedSet<int>();
        foreach (var root in roots)
            Collect($"{root}/{name}", found);
        found.Remove(0);    // processes of other pid namespaces show as 0
        return [.. found];
    }

    private static void Collect(string path, SortedSet<int> found)
    {
        try
        {
            foreach (var line in File.ReadLines($"{path}/cgroup.procs"))
                found.Add(int.Parse(line, CultureInfo.InvariantCulture));
            foreach (var child in Directory.GetDirectories(path))
                Collect(child, found);
        }
        catch (IOException) when (!Directory.Exists(path))
        {
            return;     // removed while we looked: it has no processes
        }
    }

    /// <summary>Sends a signal to every process in it, once. How many there were.</summary>
    public int SignalAll(string name, int signal)
    {
        var processes = Processes(name);
        foreach (var pid in processes)
            if (Signals.Send(pid, signal) is var result && result is not (0 or -Errno.ESRCH))
                throw new LinuxException($"send signal {signal} to process {pid}", -result);
        return processes.Count;
    }

    /// <summary>Removes the cgroup and those below it, in every hierarchy; one that is not there is no error. It must be empty; dying processes are waited for.</summary>
    public void Remove(string name)
    {
        Check(name);
        foreach (var root in roots)
            RemoveTree($"{root}/{name}");
    }

    private static void RemoveTree(string path)
    {
        if (!Directory.Exists(path))
            return;
        foreach (var child in Directory.GetDirectories(path))
            RemoveTree(child);
        for (var attempt = 1; Libc.rmdir(path) < 0; attempt++)
        {
            var failure = LinuxException.Last($"remove cgroup {path}");
            if (failure.Missing)
                return;
            if (failure.Errno != Errno.EBUSY || attempt == RemoveTriesMax)
                throw failure;
            Thread.Sleep(RetryMs);
        }
    }

    private static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > NameMax || name.Split('/').Any(part => part is "" or "." or ".."))
            throw new ArgumentException($"cannot use cgroup name \"{name}\": expected parts like a/b of at most {NameMax} characters, without . and ..", nameof(name));
    }

    private static void Write(string path, string value)
    {
        var fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw LinuxException.Last($"open {path}");
        using var file = new Descriptor(fd);
        var wrote = DescriptorIo.WriteAll(fd, System.Text.Encoding.ASCII.GetBytes(value));
        if (wrote < 0)
            throw new LinuxException($"write {value} to {path}", -wrote);
    }
}

using System.Globalization;
using G8os.Lab.Inside;
using G8os.Linux.Files;
using G8os.Model;

namespace G8os.Lab;

/// <summary>Something this machine lacks for a lab, and the remedy.</summary>
public sealed record LabProblem(string What, string Remedy)
{
    public override string ToString() => $"{What}: {Remedy}";
}

/// <summary>Looks whether this machine can draw labs. Changes nothing.</summary>
public static class LabDoctor
{
    /// <summary>Databases, logs and a few nodes' disks.</summary>
    private const long MebibytesMin = 128;
    /// <summary>6.12 is the first kernel with file-backed EROFS, which the nodes' sandboxes need.</summary>
    private static readonly Version Kernel = new(6, 12);

    /// <summary>A program and the Debian package that brings it.</summary>
    private static readonly (string Program, string Package)[] Programs =
    [
        ("gocryptfs", "gocryptfs"), ("fusermount3", "fuse3"), ("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"), ("dnsmasq", "dnsmasq-base"),
        ("busybox", "busybox-static"), ("runc", "runc"), ("ip", "iproute2"), ("nsenter", "util-linux"), ("unshare", "util-linux"), ("setpriv", "util-linux"), ("git", "git"),
    ];

    private static readonly string[] Directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private static readonly string[] RuntimeDirectories = ["/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet"];
    /// <summary>File systems that take EROFS images and overlay uppers: those with page-cache reads and whiteouts.</summary>
    private static readonly string[] GoodDisks = ["ext4", "xfs", "btrfs"];

    /// <summary>All that is missing, the most basic first; empty when a lab can come up.</summary>
    public static Values<LabProblem> Check()
    {
        var problems = new List<LabProblem>();
        if (!Environment.IsPrivilegedProcess)
            problems.Add(new("not root", "a lab makes namespaces and mounts; run it with sudo"));
        if (Environment.OSVersion.Version < Kernel)
            problems.Add(new($"kernel {Environment.OSVersion.Version.ToString(3)} is older than {Kernel}", "install a newer one: apt-get install linux-image-6.12-amd64, or the next release's"));
        foreach (var (program, package) in Programs.Where(needed => Find(needed.Program) is null))
            problems.Add(new($"{program} is missing", $"apt-get install {package}"));
        if (DotnetRoot() is null)
            problems.Add(new("the .NET 10 runtime with ASP.NET Core is missing (the controller runs on it)", "apt-get install aspnetcore-runtime-10.0, or the .NET 10 SDK"));
        if (CgroupHierarchy.OfMachine().Count == 0)
            problems.Add(new($"no cgroup hierarchy is mounted below {CgroupHierarchy.Base}", "boot with an init that mounts them, or mount -t cgroup2 none /sys/fs/cgroup"));
        if (!File.Exists("/dev/fuse"))
            problems.Add(new("/dev/fuse is missing", "modprobe fuse"));
        if (FileSystemOf(LabPaths.Root) is { } type && !GoodDisks.Contains(type))
            problems.Add(new($"{LabPaths.Root} is on {type}", $"sandboxes and containers need ext4 or xfs; set {LabPaths.RootVariable} to a directory on one"));
        if (MebibytesFree(LabPaths.Root) is < MebibytesMin and var free)
            problems.Add(new($"{free} MiB are free for {LabPaths.Root}", $"a lab needs {MebibytesMin} MiB; free space there, or set {LabPaths.RootVariable} to a directory on another disk"));
        return problems.ToValues();
    }

    /// <summary>Of the file system the path is on or will be on.</summary>
    private static long MebibytesFree(string path)
    {
        while (!Directory.Exists(path))
            path = Path.GetDirectoryName(path) ?? "/";
        return DiskSpace.Of(path).Available / (1024 * 1024);
    }

    /// <summary>The full path of a program, or null.</summary>
    public static string? Find(string program) => Directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>The directory of a .NET installation that can run the controller, or null.</summary>
    public static string? DotnetRoot()
    {
        // Beside the dotnet that is typed here, then where installers put it.
        var typed = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(Directories).Where(directory => directory.Length > 0)
            .Select(directory => new FileInfo(Path.Combine(directory, "dotnet"))).Where(file => file.Exists)
            .Select(file => (file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName).Select(Path.GetDirectoryName);
        return typed.Prepend(Environment.GetEnvironmentVariable("DOTNET_ROOT")).Concat(RuntimeDirectories).FirstOrDefault(root =>
            !string.IsNullOrEmpty(root) && Path.Combine(root, "shared/Microsoft.AspNetCore.App") is var shared && Directory.Exists(shared)
            && Directory.EnumerateDirectories(shared, "10.*").Any());
    }

    /// <summary>The type of the file system a path is on or will be on, from /proc/self/mounts: the longest mount point above it counts.</summary>
    private static string? FileSystemOf(string path)
    {
        string? type = null;
        var longest = -1;
        foreach (var fields in File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')))
        {
            if (fields is [_, var mount, var kind, ..] && mount.Length >= longest
                && (mount == "/" || path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal)))
                (longest, type) = (mount.Length, kind);
        }
        return type;
    }

    /// <summary>One line for each problem, ready to be shown.</summary>
    public static string Report(IReadOnlyCollection<LabProblem> problems) => problems.Count == 0
        ? "this machine can draw labs"
        : string.Join('\n', problems.Select(problem => string.Create(CultureInfo.InvariantCulture, $"missing: {problem}")));
}

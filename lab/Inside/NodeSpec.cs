using G8os.Model;

namespace G8os.Lab.Inside;

/// <summary>What the first process of a node is told: how its root is put together and what becomes pid 1. Written by the supervisor, one a start.</summary>
public sealed record NodeSpec
{
    /// <summary>Also its host name.</summary>
    public required string Name { get; init; }
    /// <summary>An empty directory to mount the new root on; seen so by this node alone.</summary>
    public required string Root { get; init; }
    /// <summary>The directory behind /var/lib/g8os, on ext4 or xfs.</summary>
    public required string Disk { get; init; }
    /// <summary>The directory behind /etc/g8os.</summary>
    public required string Medium { get; init; }
    /// <summary>The directory of the node's programs, seen read-only as <see cref="BinariesInside"/>.</summary>
    public required string Binaries { get; init; }
    /// <summary>Directories of the machine that are empty for the node: it must not see its neighbours' disks and keys.</summary>
    public required Values<string> Hidden { get; init; }
    /// <summary>What is mounted again inside the node's cgroup namespace.</summary>
    public required Values<CgroupHierarchy> Cgroups { get; init; }
    /// <summary>Pid 1 and its arguments.</summary>
    public required Values<string> Command { get; init; }
    /// <summary>Where progress is told, a line each: "pid N", "ready", "error WHY".</summary>
    public required string Report { get; init; }

    public const string BinariesInside = "/opt/g8os/bin";
}

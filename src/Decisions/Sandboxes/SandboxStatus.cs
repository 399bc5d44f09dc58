using G8os.Model;
using G8os.Model.Sandboxes;

namespace G8os.Decisions.Sandboxes;

/// <summary>What is seen of g8os-fs and its mount. Times in milliseconds.</summary>
public sealed record ServerStatus
{
    /// <summary>Device number of its mount, "0:54"; null when it is not mounted.</summary>
    public string? Device { get; init; }
    /// <summary>Init holds the connection's descriptor.</summary>
    public bool Held { get; init; }
    /// <summary>For how long the process has been running; null when none does.</summary>
    public long? RunningFor { get; init; }
    /// <summary>Since it last said that it answers, or since it was mounted.</summary>
    public long Quiet { get; init; }
}

/// <summary>A mount of ours.</summary>
/// <param name="Place">Where.</param>
/// <param name="Type">erofs or overlay.</param>
/// <param name="Source">The file of an image, or what <see cref="SandboxSpec.Source"/> says.</param>
public sealed record MountSeen(string Place, string Type, string Source);

/// <summary>What is seen of a node's sandboxes.</summary>
public sealed record SandboxStatus
{
    public required ServerStatus Server { get; init; }
    /// <summary>Mounts at or below <see cref="SandboxPlaces"/>, in the order they were made.</summary>
    public Values<MountSeen> Mounts { get; init; } = [];
    /// <summary>Wanted images that are in the cache.</summary>
    public Values<ObjectHash> Images { get; init; } = [];
    /// <summary>Directory of the cache: images are mounted from it.</summary>
    public string Cache { get; init; } = FsPlaces.Objects;
    /// <summary>Images all of whose objects were seen in the cache.</summary>
    public Values<ObjectHash> Complete { get; init; } = [];
    /// <summary>Subjects, NAME@VERSION or <see cref="SandboxPlanner.ServerSubject"/>, for which something is under way or that rest after a failure.</summary>
    public Values<string> Occupied { get; init; } = [];
    /// <summary>Why the last thing tried for a subject failed.</summary>
    public Table<string> Faults { get; init; } = [];

    public bool Has(string place, string type, string source) => Mounts.Any(mount => mount.Place == place && mount.Type == type && mount.Source == source);
}

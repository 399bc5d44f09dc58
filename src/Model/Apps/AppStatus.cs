namespace G8os.Model.Apps;

/// <summary>Where one service of a node is (design: apps belong to the node).</summary>
public enum AppState { Absent, Fetching, Installed, Starting, Running, Degraded, Backoff, Stopping, Stopped, Uninstalling, Failed }

/// <summary>What a node says of one of its services.</summary>
public sealed record AppStatus
{
    public required string Name { get; init; }
    public required AppState State { get; init; }
    /// <summary>It runs and every health check passes; without checks: it runs.</summary>
    public bool Ready { get; init; }
    /// <summary>Digest of the spec that is in force, not of the wanted one; empty when none is.</summary>
    public string Digest { get; set; } = "";
    /// <summary>Sandbox of the spec in force, NAME@VERSION.</summary>
    public string Sandbox { get; set; } = "";
    /// <summary>Starts beyond the first since its spec last changed.</summary>
    public int Restarts { get; init; }
    /// <summary>Unix milliseconds of the last change of <see cref="State"/> or <see cref="Ready"/>.</summary>
    public long Since { get; init; }
    /// <summary>Why it is not running and ready; empty when it is.</summary>
    public string Reason { get; set; } = "";
    /// <summary>Processor time used, milliseconds, and memory, bytes, of its cgroup.</summary>
    public long CpuTime { get; init; }
    public long Memory { get; init; }
}

/// <summary>What a node says of one of its sandboxes.</summary>
public sealed record SandboxState
{
    /// <summary>NAME@VERSION.</summary>
    public required string Sandbox { get; init; }
    public required bool Mounted { get; init; }
    /// <summary>Every object is local.</summary>
    public bool Complete { get; init; }
    /// <summary>Why it is not mounted; empty when it is.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>What a node runs, sent over its session whenever it changes and every 10 s.</summary>
public sealed record NodeApplied
{
    /// <summary>Generation of the manifest it goes by; 0 without one.</summary>
    public required long Generation { get; init; }
    public Values<AppStatus> Apps { get; set; } = [];
    public Values<SandboxState> Sandboxes { get; set; } = [];
}

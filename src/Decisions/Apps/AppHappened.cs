using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>An event of a node's services.</summary>
public abstract record AppsHappened : Event;

/// <summary>A manifest was accepted: the node runs these and no others.</summary>
public sealed record AppsWanted(Values<AppSpec> Apps) : AppsHappened;

/// <summary>A sandbox, NAME@VERSION, became complete and mounted, or is not for this reason.</summary>
public sealed record SandboxSeen(string Sandbox, bool Ready, string Reason) : AppsHappened;

/// <summary>Time passed.</summary>
public sealed record AppsTicked : AppsHappened;

/// <summary>An event of one service.</summary>
public abstract record AppHappened : AppsHappened
{
    public required string Name { get; init; }
}

/// <summary>What is wanted of it, or allowed to it, is another now.</summary>
public sealed record AppOrdered(AppOrder Order) : AppHappened;

/// <summary>Its container runs: the answer of <see cref="StartContainer"/>.</summary>
public sealed record ContainerStarted(long Attempt) : AppHappened;

/// <summary>Its container could not be made; nothing of it is left: the other answer.</summary>
public sealed record ContainerFailed(long Attempt, string Reason) : AppHappened;

/// <summary>Its container is gone with everything it started: by itself, or because it was told to.</summary>
public sealed record ContainerEnded(long Attempt, string Reason) : AppHappened;

/// <summary>A health check was answered; <see cref="Reason"/> is empty when it passed.</summary>
public sealed record CheckAnswered(long Attempt, int Check, string Reason) : AppHappened;

/// <summary>Someone changed by hand what the core made.</summary>
public sealed record DriftSeen(long Attempt, Drift Drift, string Evidence) : AppHappened;

/// <summary>Nothing of it is left on the node.</summary>
public sealed record Uninstalled : AppHappened;

/// <summary>Something of it could not be removed; it is tried again for ever.</summary>
public sealed record UninstallFailed(string Reason) : AppHappened;

/// <summary>Time passed.</summary>
public sealed record AppTicked : AppHappened;

/// <summary>What was changed.</summary>
public enum Drift
{
    /// <summary>The configuration beside the running container: it is written again, nothing is restarted.</summary>
    Bundle,
    /// <summary>The container itself, or what runc knows of it: it is made anew.</summary>
    Container,
}

/// <summary>What a core finds of one service when it starts.</summary>
public sealed record AppFound
{
    public required string Name { get; init; }
    /// <summary>Its life as the core before wrote it; null after a restart of the node.</summary>
    public AppLife? Before { get; init; }
    /// <summary>Number of the container that runs; null when none does.</summary>
    public long? Running { get; init; }
    /// <summary>How its container ended while no core ran; empty when nobody knows.</summary>
    public string Ended { get; init; } = "";
    /// <summary>It has a directory with data.</summary>
    public bool Installed { get; init; }
}

/// <summary>The core started.</summary>
public sealed record AppsStarted : AppsHappened
{
    /// <summary>Of the manifest on the node's disk; null without one: then what is there stays as it is.</summary>
    public Values<AppSpec>? Wanted { get; init; }
    public Values<AppFound> Found { get; init; } = [];
    public required ulong Seed { get; init; }
}

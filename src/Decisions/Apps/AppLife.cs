using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>What the node wants of one service now, and what the rest of the node allows; made by <see cref="AppsPlanner"/>.</summary>
public sealed record AppOrder
{
    /// <summary>
    /// Null: it is removed. While the sandbox of a newer spec is not ready this is still the spec in force, so that the old version runs on and is
    /// started again until the new one can take its place.
    /// </summary>
    public AppSpec? Spec { get; init; }
    /// <summary>The spec's sandbox is complete and mounted.</summary>
    public bool SandboxReady { get; init; }
    /// <summary>Why it is not; may be empty.</summary>
    public string SandboxReason { get; init; } = "";
    /// <summary>What must happen before it may be started; empty when it may.</summary>
    public string WaitsFor { get; init; } = "";
    /// <summary>Why a newer spec cannot take this one's place; empty when there is none or it is on its way.</summary>
    public string Blocked { get; init; } = "";
    /// <summary>
    /// It may be stopped: for a removal when nothing that runs and is removed too depends on it; for another version when that could be started at once,
    /// or when it holds a port that another service is given.
    /// </summary>
    public bool MayStop { get; init; }
}

/// <summary>One service of a node, whole: a core that takes another's place goes on from it.</summary>
public sealed record AppLife
{
    public required string Name { get; init; }
    /// <summary>Null until a manifest has said what becomes of it: until then nothing is started, stopped or removed.</summary>
    public AppOrder? Order { get; init; }
    /// <summary>What its container is or was made from; null before the first start and after a removal began.</summary>
    public AppSpec? InForce { get; init; }
    public required AppStage Stage { get; init; }
    /// <summary>Number of its present or last container; every word from the container says which it is about.</summary>
    public long Attempt { get; init; }
    /// <summary>When it ended though it should run, within the window of its <see cref="RestartSpec"/>; oldest first.</summary>
    public Values<long> Ends { get; init; } = [];
    /// <summary>Starts beyond the first since its spec last changed.</summary>
    public int Restarts { get; init; }
    /// <summary>How often something of it was found changed by hand, and when last; quiet for ten minutes counts anew.</summary>
    public int Drifts { get; init; }
    public long DriftAt { get; init; }
    /// <summary>Why it ended, was not started or not removed, last.</summary>
    public string Fault { get; init; } = "";
    /// <summary>When what it reports last changed.</summary>
    public long Since { get; init; }
    public Jitter Jitter { get; init; }
}

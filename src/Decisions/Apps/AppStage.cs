using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Decisions.Apps;

/// <summary>Where one service's life is; what it needs to go on from there is in the record.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "stage")]
[JsonDerivedType(typeof(AppAbsent), "absent")]
[JsonDerivedType(typeof(AppFetching), "fetching")]
[JsonDerivedType(typeof(AppInstalled), "installed")]
[JsonDerivedType(typeof(AppStarting), "starting")]
[JsonDerivedType(typeof(AppRunning), "running")]
[JsonDerivedType(typeof(AppResting), "resting")]
[JsonDerivedType(typeof(AppStopping), "stopping")]
[JsonDerivedType(typeof(AppStopped), "stopped")]
[JsonDerivedType(typeof(AppUninstalling), "uninstalling")]
[JsonDerivedType(typeof(AppFailed), "failed")]
public abstract record AppStage;

/// <summary>Nothing of it is on the node.</summary>
public sealed record AppAbsent : AppStage;

/// <summary>Its sandbox is not complete and mounted yet.</summary>
public sealed record AppFetching : AppStage;

/// <summary>It could be started, were it not for what <see cref="AppOrder.WaitsFor"/> says.</summary>
public sealed record AppInstalled : AppStage;

/// <summary>Its container is being made; without an outcome at the deadline it is cleared away.</summary>
public sealed record AppStarting(long Deadline) : AppStage;

/// <summary>
/// Its container runs. <see cref="WasReady"/>: every check has passed at one time, so from now on failures count. At <see cref="RestoreAt"/> its
/// bundle is written again, because someone edited it.
/// </summary>
public sealed record AppRunning(long StartedAt, Values<CheckLife> Checks, bool WasReady, long? RestoreAt = null) : AppStage;

/// <summary>It ended and is started again at this time.</summary>
public sealed record AppResting(long Until) : AppStage;

/// <summary>It was told to end because of <see cref="Cause"/>; at <see cref="KillAt"/> its whole cgroup is killed, again and again until it is gone.</summary>
public sealed record AppStopping(StopCause Cause, long KillAt) : AppStage;

/// <summary>Nothing of it runs; its data is still there.</summary>
public sealed record AppStopped : AppStage;

/// <summary>What it leaves is being removed; after a failure again at <see cref="RetryAt"/> (null: under way).</summary>
public sealed record AppUninstalling(long? RetryAt) : AppStage;

/// <summary>It ended too often; it stays so until its spec changes.</summary>
public sealed record AppFailed : AppStage;

/// <summary>Why a container is stopped.</summary>
public enum StopCause
{
    /// <summary>Another spec takes its place.</summary>
    Change,
    /// <summary>The node shall not run it any more.</summary>
    Removal,
    /// <summary>A health check failed too often.</summary>
    Unhealthy,
    /// <summary>Part of it was taken away by hand.</summary>
    Drift,
    /// <summary>A core died while it was made, or nobody knows what it is.</summary>
    Unknown,
}

/// <summary>One health check of a running service.</summary>
/// <param name="Due">When it is asked next, or when an answer that is waited for counts as a failure.</param>
/// <param name="Asked">An answer is waited for.</param>
/// <param name="Passes">It passed, and did not fail <see cref="Model.Apps.HealthCheck.Down"/> times in a row since.</param>
/// <param name="Failures">Failures in a row that count.</param>
/// <param name="Tries">Answers so far without one success; the first ones come quickly.</param>
/// <param name="Fault">What the last failure was; empty after a success.</param>
public sealed record CheckLife(long Due, bool Asked = false, bool Passes = false, int Failures = 0, int Tries = 0, string Fault = "");

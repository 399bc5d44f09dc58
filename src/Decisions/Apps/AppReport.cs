using System.Diagnostics;
using System.Globalization;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>What a service's life looks like from outside.</summary>
public static class AppReport
{
    /// <summary>State, readiness, and why it is not running and ready.</summary>
    public static (AppState State, bool Ready, string Reason) Of(AppLife life) => life.Stage switch
    {
        AppAbsent => (AppState.Absent, false, ""),
        AppFetching => (AppState.Fetching, false, life.Order is { SandboxReason: { Length: > 0 } reason } ? reason : "its sandbox is not complete yet"),
        AppInstalled => (AppState.Installed, false, life.Order?.WaitsFor ?? ""),
        AppStarting => (AppState.Starting, false, "its container is being made"),
        AppRunning running => OfRunning(life, running),
        AppResting => (AppState.Backoff, false, life.Fault),
        AppStopping => (AppState.Stopping, false, life.Fault),
        AppStopped => (AppState.Stopped, false, life.Fault),
        AppUninstalling => (AppState.Uninstalling, false, life.Fault),
        AppFailed => (AppState.Failed, false, life.Fault),
        _ => throw new UnreachableException($"internal error: no words for {life.Stage.GetType().Name}"),
    };

    /// <summary>What the node says of it. Times of the life are monotonic; <paramref name="unix"/> is the same moment as <paramref name="now"/> in Unix milliseconds.</summary>
    public static AppStatus Status(AppLife life, long now, long unix)
    {
        var (state, ready, reason) = Of(life);
        return new AppStatus
        {
            Name = life.Name,
            State = state,
            Ready = ready,
            Digest = life.InForce is { } spec ? AppDigest.Of(spec) : "",
            Sandbox = life.InForce?.Sandbox ?? "",
            Restarts = life.Restarts,
            Since = unix - (now - life.Since),
            Reason = reason,
        };
    }

    internal static string Words((AppState State, bool Ready, string Reason) seen) =>
        seen.State.ToString().ToLowerInvariant() + (seen is { State: AppState.Running or AppState.Degraded, Ready: true } ? " and ready" : "");

    internal static string Evidence(AppLife life, (AppState State, bool Ready, string Reason) seen, long now) => life.Stage switch
    {
        AppRunning when seen.Reason.Length == 0 => life.InForce!.Sandbox + (life.InForce.Health.Count > 0 ? ", every check passes" : ""),
        AppResting resting => string.Create(CultureInfo.InvariantCulture, $"{seen.Reason}; started again in {(resting.Until - now) / 1000.0:F1} s"),
        AppStarting => life.InForce!.Sandbox,
        AppAbsent => "nothing of it is left",
        _ => seen.Reason,
    };

    private static (AppState State, bool Ready, string Reason) OfRunning(AppLife life, AppRunning running)
    {
        var (ready, fault) = (AppHealth.Ready(running), AppHealth.Fault(running, life.InForce!));
        if (!ready)
            return (running.WasReady ? AppState.Degraded : AppState.Running, false, fault);
        if (fault.Length > 0)
            return (AppState.Degraded, true, fault);
        return life.Order is { Blocked: { Length: > 0 } blocked } ? (AppState.Degraded, true, blocked) : (AppState.Running, true, "");
    }
}

using System.Diagnostics;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>
/// One service's life: absent → fetching → installed → starting → running → stopping → stopped → uninstalling → absent, with rest and failure between.
/// It is level-triggered: after each event it goes as far as <see cref="AppLife.Order"/> and time let it, so a lost wish or a missed moment does no
/// harm. A word about another container than the present one is not heard.
/// </summary>
public static partial class AppMachine
{
    /// <summary>A container is made within this time, or cleared away.</summary>
    public const int StartLimit = 60_000;
    /// <summary>Between two kills of a cgroup that does not empty.</summary>
    public const int KillAgain = 10_000;

    /// <summary>The life of a service that this core finds: what runs goes on running.</summary>
    public static (AppLife Life, IReadOnlyList<Effect> Effects) Start(AppFound found, Jitter jitter, long now)
    {
        var life = found.Before ?? new AppLife { Name = found.Name, Stage = found.Installed ? new AppStopped() : new AppAbsent(), Since = now, Jitter = jitter };
        if (life.Order is { } order)
            life = life with { Order = order with { SandboxReady = false, SandboxReason = "", Blocked = "" } }; // it is seen again, or lost meanwhile
        var effects = new List<Effect>();
        return (Settle(life, TakeUp(life, found, now), now, effects), effects);
    }

    public static (AppLife Life, IReadOnlyList<Effect> Effects) Step(AppLife life, AppHappened happened)
    {
        var effects = new List<Effect>();
        var next = happened switch
        {
            AppOrdered ordered => life with { Order = ordered.Order },
            ContainerStarted started when started.Attempt == life.Attempt => OnStarted(life, started.At),
            ContainerFailed failed when failed.Attempt == life.Attempt => OnFailed(life, failed),
            ContainerEnded ended when ended.Attempt == life.Attempt => OnEnded(life, ended.Reason, ended.At),
            CheckAnswered answered when answered.Attempt == life.Attempt => OnAnswer(life, answered),
            DriftSeen drift when drift.Attempt == life.Attempt => OnDrift(life, drift, effects),
            Uninstalled => life.Stage is AppUninstalling ? life with { Stage = new AppAbsent(), Fault = "" } : life,
            UninstallFailed failed => OnNotRemoved(life, failed),
            AppTicked or ContainerStarted or ContainerFailed or ContainerEnded or CheckAnswered or DriftSeen => life,
            _ => throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}"),
        };
        return (Settle(life, next, happened.At, effects), effects);
    }

    /// <summary>When the machine next wants an <see cref="AppTicked"/>; null when only an event can move it.</summary>
    public static long? NextDeadline(AppLife life) => life.Stage switch
    {
        AppStarting starting => starting.Deadline,
        AppResting resting => resting.Until,
        AppStopping stopping => stopping.KillAt,
        AppUninstalling uninstalling => uninstalling.RetryAt,
        AppRunning running => AppHealth.Due(running) is { } due && !(running.RestoreAt < due) ? due : running.RestoreAt,
        _ => null,
    };

    private static AppLife TakeUp(AppLife life, AppFound found, long now)
    {
        if (found.Running is { } attempt)
            return life.Stage switch
            {
                AppRunning running when attempt == life.Attempt => life with { Stage = running with { Checks = AppHealth.Resume(running.Checks, now) } },
                AppStopping when attempt == life.Attempt => life,
                AppStarting when attempt == life.Attempt => OnStarted(life, now),
                _ => life with { Attempt = attempt, Stage = new AppStopping(StopCause.Unknown, now), Fault = "nobody knows what this container is" },
            };
        var ended = found.Ended.Length > 0 ? found.Ended : "it ended while no core ran";
        return life.Stage switch
        {
            AppRunning or AppStopping => OnEnded(life, ended, now),
            AppStarting => life with { Stage = new AppStopping(StopCause.Unknown, now), Fault = "a core ended while its container was made" },
            AppUninstalling => life with { Stage = new AppUninstalling(now) },
            _ => life,
        };
    }

    private static AppLife OnStarted(AppLife life, long now) =>
        life is { Stage: AppStarting, InForce: { } spec } ? life with { Stage = Running(spec, now), Fault = "" } : life;

    private static AppRunning Running(AppSpec spec, long now) => new(now, AppHealth.Begin(spec, now), WasReady: spec.Health.Count == 0);

    private static AppLife OnFailed(AppLife life, ContainerFailed failed) =>
        life is { Stage: AppStarting, InForce: { } spec } ? AppRest.AfterEnd(life, spec, failed.Reason, failed.At) : life;

    private static AppLife OnEnded(AppLife life, string reason, long now) => (life.Stage, life.InForce) switch
    {
        (AppStarting or AppRunning, { } spec) => AppRest.AfterEnd(life, spec, reason, now),
        (AppStopping { Cause: StopCause.Removal }, _) => life with { Stage = new AppStopped() },
        (AppStopping { Cause: StopCause.Unhealthy }, { } spec) => AppRest.AfterEnd(life, spec, life.Fault, now),
        (AppStopping { Cause: StopCause.Drift }, _) => Rest(AppRest.AfterDrift(life, life.Fault, now)),
        (AppStopping, _) => life with { Stage = new AppFetching() },
        _ => life,
    };

    private static AppLife Rest((AppLife Life, long Until) drift) => drift.Life with { Stage = new AppResting(drift.Until) };

    private static AppLife OnAnswer(AppLife life, CheckAnswered answered) =>
        life is { Stage: AppRunning running, InForce: { } spec } && answered.Check < running.Checks.Count && running.Checks[answered.Check].Asked
            ? life with { Stage = AppHealth.Answer(running, spec, answered.Check, answered.Reason, answered.At) }
            : life;

    private static AppLife OnDrift(AppLife life, DriftSeen seen, List<Effect> effects)
    {
        if (life.Stage is not AppRunning running || (seen.Drift == Drift.Bundle && running.RestoreAt is not null))
            return life;
        effects.Add(new Tell($"app/{life.Name} drift", seen.Evidence));
        if (seen.Drift == Drift.Container)
            return life with { Stage = new AppStopping(StopCause.Drift, seen.At), Fault = seen.Evidence };
        var (counted, at) = AppRest.AfterDrift(life, seen.Evidence, seen.At);
        return counted with { Stage = running with { RestoreAt = at } };
    }

    private static AppLife OnNotRemoved(AppLife life, UninstallFailed failed)
    {
        if (life.Stage is not AppUninstalling)
            return life;
        var (counted, at) = AppRest.AfterDrift(life, failed.Reason, failed.At);
        return counted with { Stage = new AppUninstalling(at) };
    }
}

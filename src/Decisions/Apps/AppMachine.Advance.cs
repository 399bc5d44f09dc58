using System.Diagnostics;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>How far a service goes by itself.</summary>
public static partial class AppMachine
{
    /// <summary>No way through the stages without an answer from outside is longer.</summary>
    private const int TurnsMax = 16;

    /// <summary>Goes on until nothing more can be done now; tells when what is reported became another.</summary>
    private static AppLife Settle(AppLife before, AppLife life, long now, List<Effect> effects)
    {
        for (var turn = 0; ; turn++)
        {
            var next = Advance(life, now, effects);
            if (ReferenceEquals(next, life))
                break;
            life = next;
            if (turn == TurnsMax)
                throw new UnreachableException($"internal error: app {life.Name} turns round and round in {life.Stage}");
        }
        var (was, seen) = (AppReport.Of(before), AppReport.Of(life));
        if (was.State == seen.State && was.Ready == seen.Ready)
            return life;
        effects.Add(new Tell($"app/{life.Name} {AppReport.Words(seen)}", AppReport.Evidence(life, seen, now)));
        return life with { Since = now };
    }

    private static AppLife Advance(AppLife life, long now, List<Effect> effects)
    {
        switch (life.Stage)
        {
            case AppStarting starting:
                return now < starting.Deadline ? life
                    : life with { Stage = new AppStopping(StopCause.Unknown, now), Fault = $"its container was not made within {StartLimit / 1000} s" };
            case AppStopping stopping:
                return now < stopping.KillAt ? life : Kill(life, stopping, now, effects);
            case AppUninstalling uninstalling:
                return uninstalling.RetryAt > now || uninstalling.RetryAt is null ? life : Remove(life, effects);
            case AppRunning running:
                return Supervise(life, running, now, effects);
            default:
                return life.Order is { } order ? Obey(life, order, now, effects) : life;
        }
    }

    /// <summary>Nothing of it runs and nothing is under way: what is done next is what is ordered.</summary>
    private static AppLife Obey(AppLife life, AppOrder order, long now, List<Effect> effects)
    {
        switch (life.Stage)
        {
            case AppAbsent:
                return order.Spec is null ? life : life with { Stage = new AppFetching() };
            case AppStopped:
                return order.Spec is null ? Remove(life, effects) : life with { Stage = new AppFetching() };
            case AppFailed when order.Spec is not null && order.Spec == life.InForce:
                return life;
            case AppResting resting when order.Spec is not null && order.Spec == life.InForce && now < resting.Until:
                return life;
            case AppFetching or AppInstalled or AppResting or AppFailed:
                return order.Spec is null ? life with { Stage = new AppStopped() } : Begin(life, order, order.Spec, now, effects);
            default:
                throw new UnreachableException($"internal error: no rule for {life.Stage.GetType().Name}");
        }
    }

    private static AppLife Begin(AppLife life, AppOrder order, AppSpec spec, long now, List<Effect> effects)
    {
        if (!order.SandboxReady)
            return life.Stage is AppFetching ? life : life with { Stage = new AppFetching() };
        if (order.WaitsFor.Length > 0)
            return life.Stage is AppInstalled ? life : life with { Stage = new AppInstalled() };
        var again = spec == life.InForce;
        effects.Add(new StartContainer(life.Name, life.Attempt + 1, spec));
        return life with
        {
            Stage = new AppStarting(now + StartLimit),
            Attempt = life.Attempt + 1,
            InForce = spec,
            Ends = again ? life.Ends : [],
            Restarts = again ? life.Restarts + 1 : 0,
        };
    }

    private static AppLife Supervise(AppLife life, AppRunning running, long now, List<Effect> effects)
    {
        var spec = life.InForce!;
        if (life.Order is { Spec: null, MayStop: true })
            return Stop(life, StopCause.Removal, "it is removed", now, effects);
        if (life.Order is { Spec: { } wanted } order && wanted != spec)
        {
            if (SameContainer(wanted, spec))
                return Adopt(life, running, wanted, now);
            if (order is { SandboxReady: true, MayStop: true })
                return Stop(life, StopCause.Change, "another version takes its place", now, effects);
        }
        if (AppHealth.Unhealthy(running, spec) is { } sick)
            return Stop(life, StopCause.Unhealthy, sick, now, effects);
        if (running.RestoreAt <= now)
        {
            effects.Add(new RestoreBundle(life.Name, life.Attempt, spec));
            running = running with { RestoreAt = null };
        }
        running = AppHealth.Ask(life, spec, running, now, effects);
        return ReferenceEquals(running, life.Stage) ? life : life with { Stage = running };
    }

    /// <summary>They differ only in how the node watches over it: nothing has to be restarted.</summary>
    private static bool SameContainer(AppSpec wanted, AppSpec spec) =>
        spec == wanted with { Health = spec.Health, Restart = spec.Restart, Stop = spec.Stop, After = spec.After, Ports = spec.Ports };

    private static AppLife Adopt(AppLife life, AppRunning running, AppSpec wanted, long now) => life with
    {
        InForce = wanted,
        Ends = [],
        Restarts = 0,
        Stage = wanted.Health == life.InForce!.Health ? running : Running(wanted, now) with { RestoreAt = running.RestoreAt },
    };

    private static AppLife Stop(AppLife life, StopCause cause, string reason, long now, List<Effect> effects)
    {
        effects.Add(new StopContainer(life.Name, life.Attempt));
        return life with { Stage = new AppStopping(cause, now + life.InForce!.Stop.Timeout), Fault = reason };
    }

    private static AppLife Kill(AppLife life, AppStopping stopping, long now, List<Effect> effects)
    {
        effects.Add(new KillContainer(life.Name, life.Attempt));
        return life with { Stage = stopping with { KillAt = now + KillAgain } };
    }

    private static AppLife Remove(AppLife life, List<Effect> effects)
    {
        effects.Add(new Uninstall(life.Name));
        return life with { Stage = new AppUninstalling(null), InForce = null, Ends = [], Restarts = 0 };
    }
}

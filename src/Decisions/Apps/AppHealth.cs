using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>The health checks of a running service: when each is asked, and what an answer means.</summary>
internal static class AppHealth
{
    /// <summary>The first answers are asked for so soon, then half as often each time up to <see cref="HealthCheck.Every"/>: a push is seen healthy soon.</summary>
    private const int FirstAfter = 100;
    private const int DoublingsMax = 6;
    /// <summary>An edge answers within the check's timeout; so much later the silence is the answer.</summary>
    private const int Slack = 2_000;

    public static Values<CheckLife> Begin(AppSpec spec, long now) => spec.Health.Select(_ => new CheckLife(now + FirstAfter)).ToValues();

    /// <summary>Waits for no answer any more: whoever was to give it died.</summary>
    public static Values<CheckLife> Resume(Values<CheckLife> checks, long now) =>
        checks.Select(check => check.Asked ? check with { Asked = false, Due = now } : check).ToValues();

    /// <summary>Asks what is due; an answer that did not come is a failure. The same stage when nothing is due.</summary>
    public static AppRunning Ask(AppLife life, AppSpec spec, AppRunning running, long now, List<Effect> effects)
    {
        for (var i = 0; i < running.Checks.Count; i++)
        {
            var (check, health) = (running.Checks[i], spec.Health[i]);
            if (check.Due > now)
                continue;
            if (check.Asked)
                running = Answer(running, spec, i, "no answer", now);
            else
            {
                effects.Add(new RunCheck(life.Name, life.Attempt, i, health));
                running = Put(running, i, check with { Asked = true, Due = now + health.Timeout + Slack });
            }
        }
        return running;
    }

    public static AppRunning Answer(AppRunning running, AppSpec spec, int number, string fault, long now)
    {
        var (check, health) = (running.Checks[number], spec.Health[number]);
        var passed = fault.Length == 0;
        var counts = running.WasReady || now - running.StartedAt >= spec.Restart.Grace;
        var failures = passed ? 0 : counts ? check.Failures + 1 : 0;
        var tries = passed || check.Passes ? 0 : Math.Min(check.Tries + 1, DoublingsMax);
        running = Put(running, number, new CheckLife(
            Due: now + (passed || running.WasReady ? health.Every : Math.Min(health.Every, FirstAfter << tries)),
            Passes: passed || (check.Passes && failures < health.Down),
            Failures: failures,
            Tries: tries,
            Fault: fault));
        return running.WasReady || !Ready(running) ? running : running with { WasReady = true };
    }

    /// <summary>The checks that have failed too often, or null.</summary>
    public static string? Unhealthy(AppRunning running, AppSpec spec)
    {
        for (var i = 0; i < running.Checks.Count; i++)
            if (running.Checks[i].Failures >= Math.Max(spec.Health[i].Down, 1))
                return $"{Words(spec.Health[i])} failed {running.Checks[i].Failures} times: {running.Checks[i].Fault}";
        return null;
    }

    public static bool Ready(AppRunning running) => running.Checks.All(check => check.Passes);

    /// <summary>The first check that does not pass, or failed last time, in words; empty when all is well.</summary>
    public static string Fault(AppRunning running, AppSpec spec)
    {
        for (var i = 0; i < running.Checks.Count; i++)
            if (running.Checks[i] is { Fault.Length: > 0 } or { Passes: false })
                return running.Checks[i].Fault.Length > 0 ? $"{Words(spec.Health[i])}: {running.Checks[i].Fault}" : $"{Words(spec.Health[i])} was not asked yet";
        return "";
    }

    /// <summary>The earliest time one of them is due.</summary>
    public static long? Due(AppRunning running)
    {
        long? due = null;
        foreach (var check in running.Checks)
            if (due is null || check.Due < due)
                due = check.Due;
        return due;
    }

    private static string Words(HealthCheck check) => check.Kind == "http" ? $"http {check.Port} {check.Path}" : $"{check.Kind} {check.Port}";

    private static AppRunning Put(AppRunning running, int number, CheckLife check) =>
        running with { Checks = running.Checks.Select((old, i) => i == number ? check : old).ToValues() };
}

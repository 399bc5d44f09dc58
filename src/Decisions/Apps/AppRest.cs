using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>How a service that ended rests before it is started again.</summary>
internal static class AppRest
{
    /// <summary>What was changed by hand is put right after 2 s, then three times as long each time, at most 300 s.</summary>
    public const int DriftFirst = 2_000;
    public const int DriftFactor = 3;
    public const int DriftMax = 300_000;
    /// <summary>Untouched for so long, and the next change is put right after <see cref="DriftFirst"/> again.</summary>
    public const int DriftForgotten = 600_000;

    /// <summary>It ended though it should run: it rests, or is failed when that happened as often as its spec allows starts.</summary>
    public static AppLife AfterEnd(AppLife life, AppSpec spec, string reason, long now)
    {
        var ends = life.Ends.Where(end => end > now - spec.Restart.Window).Append(now).ToValues();
        life = life with { Ends = ends, Fault = reason };
        if (spec.Restart.Limit > 0 && ends.Count >= spec.Restart.Limit)
            return life with { Stage = new AppFailed(), Fault = $"{reason}; it was started {ends.Count} times within {spec.Restart.Window / 1000} s" };
        var (_, jitter, wait) = new Backoff(spec.Restart.First, Math.Max(spec.Restart.First, spec.Restart.Max), ends.Count - 1).Draw(life.Jitter);
        return life with { Jitter = jitter, Stage = new AppResting(now + wait) };
    }

    /// <summary>Counts a change by hand; the time it is put right.</summary>
    public static (AppLife Life, long At) AfterDrift(AppLife life, string evidence, long now)
    {
        var drifts = now - life.DriftAt > DriftForgotten ? 0 : life.Drifts;
        long wait = DriftFirst;
        for (var i = 0; i < drifts && wait < DriftMax; i++)
            wait *= DriftFactor;
        return (life with { Drifts = drifts + 1, DriftAt = now, Fault = evidence }, now + Math.Min(wait, DriftMax));
    }
}

using G8os.Decisions.Grid;
using G8os.Model.Apps;
using G8os.Robot.Yaml;

namespace G8os.Robot.Blueprints;

// restart, stop, resources, update.
internal static partial class AppReader
{
    private const int Second = 1_000;
    private const int Hour = 3_600 * Second;
    private const int Day = 24 * Hour;
    private const int MaxStarts = 1_000;

    private static RestartSpec Restart(Fields app)
    {
        var spec = new RestartSpec();
        if (app.Map("restart", "a map, like { first: 1s, max: 5m, limit: 5/10m }") is not { } restart)
            return spec;
        spec.First = restart.Duration("first", 100, Hour) ?? spec.First;
        spec.Max = restart.Duration("max", 100, Day) ?? Math.Max(spec.Max, spec.First);
        spec.Grace = restart.Duration("grace", 0, Hour) ?? spec.Grace;
        const string Starts = "starts within a time, 1 to 1000 and 1s to 24h, like 5/10m";
        if (restart.Text("limit", Starts, text => Limit(text) is not null) is { } limit)
            (spec.Limit, spec.Window) = Limit(limit.Text)!.Value;
        if (spec.Max < spec.First)
            app.Errors.Add(restart.PlaceOfValue("max"), $"{restart.Name("max")}: expected at least first, {Quantity.TimeText(spec.First)}; found {Quantity.TimeText(spec.Max)}");
        restart.End();
        return spec;
    }

    private static (int Limit, int Window)? Limit(string text) =>
        text.Split('/') is [var starts, var window] && Quantity.Whole(starts) is >= 1 and <= MaxStarts and var limit
            && Quantity.Duration(window) is >= Second and <= Day and var within ? ((int)limit, (int)within) : null;

    private static StopSpec Stop(Fields app)
    {
        var spec = new StopSpec();
        if (app.Map("stop", "a map, like { timeout: 10s }") is not { } stop)
            return spec;
        spec.Timeout = stop.Duration("timeout", 0, Hour) ?? spec.Timeout;
        stop.End();
        return spec;
    }

    private static ResourceSpec Resources(Fields app)
    {
        var spec = new ResourceSpec();
        if (app.Map("resources", "a map, like { memory: 64MiB, cpu: 0.5, processes: 64 }") is not { } resources)
            return spec;
        spec.Memory = resources.Size("memory", 1L << 20, 1L << 44) ?? 0;
        spec.Cpu = resources.Thousandths("cpu", 10, 1_024_000, "a number of processors from 0.01 to 1024, like 0.5") ?? 0;
        spec.Processes = resources.Integer("processes", 1, 1_000_000) ?? 0;
        resources.End();
        return spec;
    }

    private static UpdateSpec Update(Fields app)
    {
        var spec = new UpdateSpec();
        if (app.Map("update", "a map, like { batch: 2, min_healthy: 10s }") is not { } update)
            return spec;
        spec = spec with
        {
            Canary = update.Integer("canary", 0, AysLimits.MaxNodes) ?? spec.Canary,
            Batch = update.Integer("batch", 1, AysLimits.MaxNodes) ?? spec.Batch,
            MinHealthy = update.Duration("min_healthy", 0, Hour) ?? spec.MinHealthy,
            HealthyDeadline = update.Duration("healthy_deadline", Second, Day) ?? spec.HealthyDeadline,
            Rollback = update.Word("rollback", "auto", "off") != "off",
        };
        if (spec.HealthyDeadline <= spec.MinHealthy)
            app.Errors.Add(update.PlaceOf(update.Has("healthy_deadline") ? "healthy_deadline" : "min_healthy"),
                $"{update.Name("healthy_deadline")} ({Quantity.TimeText(spec.HealthyDeadline)}) must be longer than min_healthy ({Quantity.TimeText(spec.MinHealthy)})");
        update.End();
        return spec;
    }
}

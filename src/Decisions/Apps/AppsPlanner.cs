using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>
/// What each service of a node is ordered to do, from what the node shall run and where every service is: started after what it needs, stopped and
/// removed before it, never beside another that holds one of its ports.
/// </summary>
public static class AppsPlanner
{
    /// <summary>An order for every service that is wanted or there, by name; empty while no manifest says what is wanted.</summary>
    public static IReadOnlyList<(string Name, AppOrder Order)> Orders(AppsState state)
    {
        if (state.Wanted is not { } wanted)
            return [];
        var specs = Table<AppSpec>.Empty;
        foreach (var spec in wanted)
            specs = specs.With(spec.Name, spec);
        var names = specs.Keys.Concat(state.Lives.Keys.Where(name => !specs.Has(name))).Order(StringComparer.Ordinal);
        return [.. names.Select(name => (name, specs.Find(name) is { } spec ? Wanted(state, specs, spec) : Unwanted(state, specs, name)))];
    }

    /// <summary>The sandboxes, NAME@VERSION in order, that services of this node need now: complete, mounted and kept.</summary>
    public static Values<string> Sandboxes(AppsState state)
    {
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var spec in state.Wanted ?? [])
            needed.Add(spec.Sandbox);
        foreach (var life in state.Lives.Items)
            if (life.InForce is { } spec)
                needed.Add(spec.Sandbox); // also at rest: the old version is started again until the new one can take its place
        return needed.ToValues();
    }

    private static AppOrder Wanted(AppsState state, Table<AppSpec> specs, AppSpec newest)
    {
        var spec = newest;
        if (!IsReady(state, newest) && state.Lives.Find(newest.Name)?.InForce is { } old && IsReady(state, old))
            spec = old;
        var waits = WaitsFor(state, specs, spec);
        return new AppOrder
        {
            Spec = spec,
            SandboxReady = IsReady(state, spec),
            SandboxReason = Reason(state, spec),
            WaitsFor = waits,
            MayStop = waits.Length == 0 || HoldsForAnother(state, specs, newest),
            Blocked = spec != newest && Reason(state, newest) is { Length: > 0 } reason ? $"{newest.Sandbox} cannot take its place: {reason}" : "",
        };
    }

    /// <summary>Two that change may wait for each other: one for a port, the other for readiness. Whoever holds the port gives way.</summary>
    private static bool HoldsForAnother(AppsState state, Table<AppSpec> specs, AppSpec newest) =>
        state.Lives.Find(newest.Name)?.InForce is { } old
        && old.Ports.Any(port => !newest.Ports.Contains(port) && specs.Items.Any(other => other.Name != newest.Name && other.Ports.Contains(port)));

    private static bool IsReady(AppsState state, AppSpec spec) => state.Sandboxes.Find(spec.Sandbox) is { Ready: true };

    private static string Reason(AppsState state, AppSpec spec) => state.Sandboxes.Find(spec.Sandbox)?.Reason ?? "";

    /// <summary>A service of the same node that it comes after but that the manifest does not hold is not waited for: it would never come.</summary>
    private static string WaitsFor(AppsState state, Table<AppSpec> specs, AppSpec spec)
    {
        foreach (var needed in spec.After)
            if (specs.Has(needed) && !(state.Lives.Find(needed) is { } life && AppReport.Of(life).Ready))
                return $"app {needed} is not ready";
        foreach (var other in state.Lives.Items)
            if (other.Name != spec.Name && HasContainer(other) && other.InForce!.Ports.FirstOrDefault(spec.Ports.Contains) is > 0 and var port)
                return $"app {other.Name} still holds port {port}";
        return "";
    }

    private static AppOrder Unwanted(AppsState state, Table<AppSpec> specs, string name) => new()
    {
        MayStop = !state.Lives.Items.Any(other => !specs.Has(other.Name) && HasContainer(other) && other.InForce!.After.Contains(name) && !(other.Name == name)),
    };

    private static bool HasContainer(AppLife life) => life is { InForce: not null, Stage: AppStarting or AppRunning or AppStopping };
}

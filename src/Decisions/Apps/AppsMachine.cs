using System.Diagnostics;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>How a sandbox stands.</summary>
public sealed record SandboxFound(bool Ready, string Reason);

/// <summary>All services of a node.</summary>
public sealed record AppsState
{
    /// <summary>What the manifest says; null while there is none: then nothing is ordered.</summary>
    public Values<AppSpec>? Wanted { get; init; }
    /// <summary>By name; one that is absent and not wanted is not in it.</summary>
    public Table<AppLife> Lives { get; init; } = [];
    /// <summary>By NAME@VERSION, as last seen.</summary>
    public Table<SandboxFound> Sandboxes { get; init; } = [];
    public Jitter Jitter { get; init; }
}

/// <summary>All services of one node: <see cref="AppMachine"/> for each, ordered by <see cref="AppsPlanner"/> after every event.</summary>
public static class AppsMachine
{
    /// <summary>Rounds of ordering for each service: an order changes a stage, which changes orders of others.</summary>
    private const int RoundsForEach = 32;

    /// <summary>What this core finds: the state, and what it has to do.</summary>
    public static (AppsState State, IReadOnlyList<Effect> Effects) Start(AppsStarted started)
    {
        var effects = new List<Effect>();
        var state = new AppsState { Wanted = started.Wanted ?? OfBefore(started.Found), Jitter = new Jitter(started.Seed) };
        foreach (var found in started.Found)
        {
            (state, var own) = NextJitter(state);
            var (life, done) = AppMachine.Start(found, own, started.At);
            effects.AddRange(done);
            state = Put(state, life);
        }
        return (Settle(state, started.At, effects), effects);
    }

    /// <summary>The manifest cannot be read, but a core of this boot went by one: its orders are kept. Null when there was none either.</summary>
    private static Values<AppSpec>? OfBefore(Values<AppFound> found) =>
        found.Any(one => one.Before is { Order: not null }) ? found.Select(one => one.Before?.Order?.Spec).OfType<AppSpec>().ToValues() : null;

    public static (AppsState State, IReadOnlyList<Effect> Effects) Step(AppsState state, AppsHappened happened)
    {
        var effects = new List<Effect>();
        state = happened switch
        {
            AppsWanted wanted => state with { Wanted = wanted.Apps },
            SandboxSeen seen => state with { Sandboxes = state.Sandboxes.With(seen.Sandbox, new SandboxFound(seen.Ready, seen.Reason)) },
            AppsTicked => Tick(state, happened.At, effects),
            AppHappened one => One(state, one, effects),
            _ => throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}"),
        };
        return (Settle(state, happened.At, effects), effects);
    }

    /// <summary>When the machine next wants an <see cref="AppsTicked"/>; null when only an event can move it.</summary>
    public static long? NextDeadline(AppsState state)
    {
        long? next = null;
        foreach (var life in state.Lives.Items)
            if (AppMachine.NextDeadline(life) is { } at && (next is null || at < next))
                next = at;
        return next;
    }

    private static AppsState Tick(AppsState state, long now, List<Effect> effects)
    {
        foreach (var life in state.Lives.Items)
            if (AppMachine.NextDeadline(life) <= now)
                state = One(state, new AppTicked { Name = life.Name, At = now }, effects);
        return state;
    }

    private static AppsState One(AppsState state, AppHappened happened, List<Effect> effects)
    {
        if (state.Lives.Find(happened.Name) is not { } life)
            return state; // a late word of one that is gone
        var (next, done) = AppMachine.Step(life, happened);
        effects.AddRange(done);
        return ReferenceEquals(next, life) ? state : Put(state, next);
    }

    /// <summary>Gives every service the order that follows from where all of them are, until no order changes.</summary>
    private static AppsState Settle(AppsState state, long now, List<Effect> effects)
    {
        for (var round = 0; ; round++)
        {
            var before = state;
            foreach (var (name, order) in AppsPlanner.Orders(state))
            {
                if (!state.Lives.Has(name))
                {
                    (state, var own) = NextJitter(state);
                    state = Put(state, new AppLife { Name = name, Stage = new AppAbsent(), Since = now, Jitter = own });
                }
                if (state.Lives.Find(name)!.Order != order)
                    state = One(state, new AppOrdered(order) { Name = name, At = now }, effects);
            }
            if (ReferenceEquals(before, state))
                return Forget(state);
            if (round > RoundsForEach * (state.Lives.Count + 1))
                throw new UnreachableException("internal error: the orders of the apps do not settle");
        }
    }

    /// <summary>Lets go of services and sandboxes that are neither wanted nor there.</summary>
    private static AppsState Forget(AppsState state)
    {
        if (state.Wanted is null)
            return state;
        foreach (var life in state.Lives.Items)
            if (life is { Stage: AppAbsent, Order: { Spec: null } })
                state = state with { Lives = state.Lives.Without(life.Name) };
        if (state.Sandboxes.Count == 0)
            return state;
        var needed = AppsPlanner.Sandboxes(state);
        foreach (var sandbox in state.Sandboxes.Keys)
            if (!needed.Contains(sandbox))
                state = state with { Sandboxes = state.Sandboxes.Without(sandbox) };
        return state;
    }

    private static AppsState Put(AppsState state, AppLife life) => state with { Lives = state.Lives.With(life.Name, life) };

    private static (AppsState State, Jitter Own) NextJitter(AppsState state)
    {
        var (next, own) = state.Jitter.Between(0, long.MaxValue - 1);
        return (state with { Jitter = next }, new Jitter((ulong)own));
    }
}

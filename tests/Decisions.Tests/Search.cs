using G8os.Decisions.Network;

namespace G8os.Decisions.Tests;

/// <summary>The search for an uplink driven by hand: time passes only when told.</summary>
internal sealed class Search
{
    private const int StepsMax = 10_000;

    public Search(NetworkStarted started)
    {
        Now = started.At;
        (State, var effects) = NetworkMachine.Start(started);
        Take(effects);
    }

    public NetworkState State { get; private set; }
    public long Now { get; private set; }
    /// <summary>Of all steps so far, with their times.</summary>
    public List<(long At, Effect Effect)> All { get; } = [];
    /// <summary>Of the last step.</summary>
    public IReadOnlyList<Effect> Last { get; private set; } = [];

    public Search Step(Func<long, NetworkEvent> happened)
    {
        (State, var effects) = NetworkMachine.Step(State, happened(Now));
        Take(effects);
        return this;
    }

    /// <summary>Ticks at each deadline until this much time has passed, or something is true.</summary>
    public Search Pass(long milliseconds, Func<Search, bool>? until = null)
    {
        var end = Now + milliseconds;
        for (var step = 0; step < StepsMax; step++)
        {
            if (until?.Invoke(this) == true)
                return this;
            if (NetworkMachine.NextDeadline(State) is not { } due || due > end)
            {
                Now = end;
                return this;
            }
            Now = Math.Max(Now, due);
            Step(at => new Ticked { At = at });
        }
        throw new InvalidOperationException($"{StepsMax} ticks and time stands at {Now}");
    }

    /// <summary>Lets the newest probe end.</summary>
    public Search Answer(Verdict verdict = Verdict.Answered, string? link = null, string? address = null)
    {
        var probe = All.Select(one => one.Effect).OfType<StartProbe>().Last();
        var source = probe.Sources.First(one => link is null || (one.Link == link && one.Address == (address ?? one.Address)));
        var uplink = new Uplink { Link = source.Link, Address = source.Address, Url = probe.Urls[0], Controller = "ac1" };
        return Step(at => new ProbeEnded(probe.Probe, verdict, $"{verdict}", verdict == Verdict.Answered ? uplink : null) { At = at });
    }

    /// <summary>Lets probes and leases fail until a candidate is on trial.</summary>
    public Search FailUntil(Candidate candidate, TrialStep step) => Pass(600_000, search => search.State.Trial is { } trial && trial.Candidate == candidate && trial.Step == step);

    public IEnumerable<T> Of<T>() where T : Effect => All.Select(one => one.Effect).OfType<T>();

    private void Take(IReadOnlyList<Effect> effects)
    {
        Last = effects;
        All.AddRange(effects.Select(effect => (Now, effect)));
    }
}

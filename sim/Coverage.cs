using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>How often each event came in each place of the machines.</summary>
public sealed class Coverage
{
    /// <summary>Where the search for an uplink can be.</summary>
    public static readonly string[] SearchPlaces =
    [
        "search-carrier", "search-address", "search-probe", "search-pause",
        "lost-carrier", "lost-address", "lost-probe", "lost-pause",
        "parked", "check", "better-address", "better-probe",
    ];

    private readonly long[] search = new long[SearchPlaces.Length * EventKind.OfSearch];
    private readonly long[] boot = new long[Enum.GetValues<Phase>().Length * EventKind.Names.Length];

    public long Starts { get; private set; }
    public long Worlds { get; set; }
    public long Steps { get; set; }
    /// <summary>How often each X was the first a node tried.</summary>
    public long[] FirstOctets { get; } = new long[256];

    public void Hit(BootState state, Event happened)
    {
        var kind = EventKind.Of(happened);
        if (kind < EventKind.OfSearch)
            search[((int)SearchPlace(state.Network) * EventKind.OfSearch) + kind]++;
        else
            boot[((int)state.Phase * EventKind.Names.Length) + kind]++;
    }

    public void HitStart() => Starts++;

    public void Add(Coverage other)
    {
        for (var at = 0; at < search.Length; at++)
            search[at] += other.search[at];
        for (var at = 0; at < boot.Length; at++)
            boot[at] += other.boot[at];
        for (var at = 0; at < FirstOctets.Length; at++)
            FirstOctets[at] += other.FirstOctets[at];
        Starts += other.Starts;
        Worlds += other.Worlds;
        Steps += other.Steps;
    }

    /// <summary>Every pair with its count: place, event, hits.</summary>
    public IEnumerable<(string Place, string Event, long Hits)> Pairs()
    {
        for (var place = 0; place < SearchPlaces.Length; place++)
            for (var kind = 0; kind < EventKind.OfSearch; kind++)
                yield return (SearchPlaces[place], EventKind.Names[kind], search[(place * EventKind.OfSearch) + kind]);
        foreach (var phase in Enum.GetValues<Phase>())
            for (var kind = EventKind.OfSearch; kind < EventKind.Started; kind++)
                yield return (phase.ToString().ToLowerInvariant(), EventKind.Names[kind], boot[((int)phase * EventKind.Names.Length) + kind]);
    }

    public static SearchPlace SearchPlace(NetworkState network)
    {
        if (network.Parked is { Lost: false })
            return network.Trial switch
            {
                { Step: TrialStep.Probe } => Sim.SearchPlace.BetterProbe,
                { } => Sim.SearchPlace.BetterAddress,
                _ => network.Check is null ? Sim.SearchPlace.Parked : Sim.SearchPlace.Check,
            };
        var step = network.Trial switch { { Step: TrialStep.Carrier } => 0, { Step: TrialStep.Address } => 1, { } => 2, _ => 3 };
        return (SearchPlace)(network.Parked is null ? step : step + 4);
    }
}

public enum SearchPlace
{
    SearchCarrier, SearchAddress, SearchProbe, SearchPause,
    LostCarrier, LostAddress, LostProbe, LostPause,
    Parked, Check, BetterAddress, BetterProbe,
}

using System.Diagnostics;
using G8os.Model;

namespace G8os.Decisions.Network;

/// <summary>
/// Finds an uplink and watches it for as long as the node lives (seed: "start network … keep on repeating, for ever").
/// <code>
/// round: net.toml → last good → DHCP link by link → rescue LAN link by link → pause 2…60 s → round
///            └ a candidate that carries a probe is parked on; better ones are tried beside it every 10 min
/// parked: re-test every 60 s; two misses → a new round beside the parked addresses
/// </code>
/// Addresses, routes and rules are not decided here: they follow from the state (<see cref="NetworkPlanner"/>).
/// </summary>
public static partial class NetworkMachine
{
    public static (NetworkState State, Values<Effect> Effects) Start(NetworkStarted started)
    {
        var effects = new List<Effect>();
        return (Start(started, effects), effects.ToValues());
    }

    internal static NetworkState Start(NetworkStarted started, List<Effect> effects)
    {
        var state = new NetworkState
        {
            Config = started.Config,
            LastGood = started.LastGood,
            Links = ByName(started.Links),
            Dhcp = started.Dhcp,
            RescueOctets = started.RescueOctets,
            StartedAt = started.At,
            Jitter = new Jitter(started.Seed),
        };
        var turn = new NetworkTurn(state, started.At, effects);
        if (started.Resumed is { } resumed && CanResume(state, resumed))
            Resume(turn, resumed);
        foreach (var link in started.Dhcp.Keys)
            if (!turn.DhcpByConfig(link) && turn.State.Parked?.Candidate != Candidate.Dhcp(link))
                turn.StopDhcp(link); // a previous core was trying it
        foreach (var link in turn.Touchable())
            if (turn.DhcpByConfig(link.Name))
                turn.StartDhcp(link.Name);
        BeginRound(turn);
        return turn.State;
    }

    public static (NetworkState State, Values<Effect> Effects) Step(NetworkState state, NetworkEvent happened)
    {
        var effects = new List<Effect>();
        return (Step(state, happened, effects), effects.ToValues());
    }

    internal static NetworkState Step(NetworkState state, NetworkEvent happened, List<Effect> effects)
    {
        var turn = new NetworkTurn(state, happened.At, effects);
        switch (happened)
        {
            case LinksSeen seen: OnLinks(turn, ByName(seen.Links)); break;
            case LeaseGranted granted: OnLease(turn, granted.Link, granted.Lease); break;
            case LeaseLost lost: OnLeaseLost(turn, lost.Link, lost.Reason); break;
            case ArpHeard heard: OnArp(turn, heard); break;
            case ProbeEnded ended: OnProbe(turn, ended); break;
            case UplinkDoubted doubted: OnDoubt(turn, doubted.Reason, sessionLost: true); break;
            case Ticked: break;
            case NetworkStarted: throw new UnreachableException("internal error: NetworkStarted makes a state, it does not step one");
            default: throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}");
        }
        OnTime(turn);
        return turn.State;
    }

    /// <summary>When the machine next wants a <see cref="Ticked"/>; null never happens while it searches.</summary>
    public static long? NextDeadline(NetworkState state)
    {
        long? next = null;
        void Consider(long? at) => next = at is { } time && (next is null || time < next) ? time : next;
        Consider(state.Trial?.Deadline);
        Consider(state.Check?.Deadline);
        Consider(state.RoundAt);
        if (state.Parked is { Lost: false } parked)
        {
            Consider(state.Check is null && !OwnsAddresses(state.Trial) ? parked.RetestAt : null);
            Consider(state.Trial is null && state.Queue.Count == 0 ? parked.BetterAt : null);
            Consider(parked.LastGoodAt);
        }
        foreach (var (link, claim) in state.Claims)
            Consider(IsClaimed(state, link) ? claim.NextAt : null);
        return next;
    }

    /// <summary>A whole configuration that is probed may have the parked one's addresses with another router: a re-test waits until it is over.</summary>
    private static bool OwnsAddresses(Trial? trial) => trial is { Step: TrialStep.Probe, Candidate.Link.Length: 0 };

    /// <summary>False for what is kept of a claim after conflicts: nobody listens there, so nothing may be sent or believed.</summary>
    private static bool IsClaimed(NetworkState state, string link) =>
        (state.Trial is { Step: not TrialStep.Carrier } trial && trial.Candidate == Candidate.Rescue(link)) || state.Parked?.Candidate == Candidate.Rescue(link);

    private static Table<LinkStatus> ByName(Values<LinkStatus> links) => Table<LinkStatus>.Of(links, link => link.Name);

    private static void OnLinks(NetworkTurn turn, Table<LinkStatus> links)
    {
        var before = turn.State.Links;
        turn.State = turn.State with { Links = links };
        var gained = false;
        foreach (var link in before.Items)
            if (links.Find(link.Name)?.Index != link.Index)
                Forget(turn, link.Name);
        foreach (var link in links.Items)
        {
            var old = before.Find(link.Name) is { } known && known.Index == link.Index ? known : null;
            if (old is null && turn.DhcpByConfig(link.Name))
                turn.StartDhcp(link.Name);
            if ((old is null || old.Carrier != link.Carrier) && LinkRoles.Touchable(turn.Config, link))
                turn.Tell($"{link.Name} {(link.Carrier ? "has" : "has no")} carrier", old is null ? "new link" : "kernel");
            gained |= link.Carrier && old is not { Carrier: true } && LinkRoles.Touchable(turn.Config, link);
        }
        if (turn.State.Parked is { Lost: false } parked && before.Find(parked.Uplink.Link) is { Carrier: true } was
            && (!turn.HasCarrier(parked.Uplink.Link) || links.Find(parked.Uplink.Link)?.Index != was.Index))
            OnDoubt(turn, $"{parked.Uplink.Link} lost its carrier", sessionLost: false);
        if (gained && turn.State.RoundAt is not null)
            turn.State = turn.State with { RoundAt = turn.Now };
        AdvanceTrial(turn);
    }

    /// <summary>A link vanished, or came back as another device before that was seen: nothing of it is kept.</summary>
    private static void Forget(NetworkTurn turn, string link)
    {
        turn.Tell($"{link} is gone", "kernel");
        turn.StopDhcp(link);
        DropClaim(turn, link);
        if (turn.State.Parked?.Candidate == Candidate.Rescue(link))
            turn.Effects.Add(new RememberParked(null));
    }

    private static void OnLease(NetworkTurn turn, string link, Lease lease)
    {
        if (!turn.State.Dhcp.Has(link))
            return; // its client was stopped before the news arrived
        var before = turn.State.Dhcp.Find(link)?.Lease;
        turn.State = turn.State with { Dhcp = turn.State.Dhcp.With(link, new DhcpStatus(lease)) };
        if (before?.Address != lease.Address)
            turn.Tell($"{link} has the lease {lease.Address}", $"router {lease.Router ?? "none"}, {lease.Seconds} s");
        if (before is not null && before.Address != lease.Address && turn.State.Parked is { Lost: false } parked && parked.Uplink.Link == link && UsesDhcp(turn, parked.Candidate, link))
            OnDoubt(turn, $"the lease of {link} changed to {lease.Address}", sessionLost: false);
        AdvanceTrial(turn);
    }

    private static void OnLeaseLost(NetworkTurn turn, string link, string reason)
    {
        if (turn.State.Dhcp.Find(link) is not { Lease: not null })
            return;
        turn.State = turn.State with { Dhcp = turn.State.Dhcp.With(link, new DhcpStatus(null)) };
        turn.Tell($"{link} lost its lease", reason);
        if (turn.State.Parked is { Lost: false } parked && parked.Uplink.Link == link && UsesDhcp(turn, parked.Candidate, link))
            OnDoubt(turn, $"the lease of {link} is lost", sessionLost: false);
    }

    private static bool UsesDhcp(NetworkTurn turn, Candidate candidate, string link) =>
        candidate.Kind == CandidateKind.Dhcp || (candidate.Kind == CandidateKind.NetToml && turn.DhcpByConfig(link));

    private static void OnArp(NetworkTurn turn, ArpHeard heard)
    {
        if (!IsClaimed(turn.State, heard.Link) || turn.State.Claims.Find(heard.Link) is not { } claim)
            return;
        (var next, var jitter) = ClaimMachine.Hear(claim, heard.Link, heard, turn.State.Links, turn.State.Jitter, turn.Effects);
        turn.State = turn.State with { Jitter = jitter, Claims = turn.State.Claims.With(heard.Link, next) };
        if (!claim.Usable || next.Usable || turn.State.Parked?.Candidate != Candidate.Rescue(heard.Link))
            return;
        turn.Effects.Add(new RememberParked(null)); // a new core may not take up what another machine has
        OnDoubt(turn, $"{claim.Address} was given up", sessionLost: false);
    }

    /// <summary>Everything that is due, in a fixed order: claims, the trial, the check, the parked uplink, the round.</summary>
    private static void OnTime(NetworkTurn turn)
    {
        foreach (var (link, claim) in turn.State.Claims)
        {
            if (!IsClaimed(turn.State, link) || claim.NextAt is not { } due || turn.Now < due)
                continue;
            (var next, var jitter) = ClaimMachine.Tick(claim, link, turn.Now, turn.State.Jitter, turn.Effects);
            turn.State = turn.State with { Jitter = jitter, Claims = turn.State.Claims.With(link, next) };
            if (!claim.Usable && next.Usable)
                turn.Tell($"{next.Address} on {link} claimed", $"{ClaimMachine.ProbeCount} probes, no answer");
        }
        AdvanceTrial(turn);
        OnTrialDeadline(turn);
        OnParkedTime(turn);
        if (turn.State.RoundAt is { } at && turn.Now >= at)
            BeginRound(turn);
    }
}

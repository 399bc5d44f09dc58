using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model.Network;

namespace G8os.Sim;

/// <summary>Rules of the search for an uplink.</summary>
public sealed partial class Watch
{
    private const int MissesOfTheDesign = 2;
    private const long RetestOfTheDesign = 60_000;
    private const long ProbeOfTheDesign = 10_000;
    private const long Lateness = 1_500;
    private int round;
    private Candidate? tried;
    private long testedAt;
    private bool hadParkedAddress;

    private void StartSearch(Node node, BootStarted started)
    {
        claims.Clear();
        (round, tried, testedAt) = (0, null, node.World.Now);
        hadParkedAddress = started.Network.Resumed is { } resumed && HasAddress(node, resumed) && !IsLeaseOfADeadClient(node, started.Network, resumed);
        if (started.Network.Resumed is { Candidate: { Kind: CandidateKind.Rescue } candidate } parked && hadParkedAddress)
            ClaimOf(node, candidate.Link).Resume(parked.Uplink.Address);
    }

    private static bool IsLeaseOfADeadClient(Node node, NetworkStarted started, Parked resumed) =>
        (resumed.Candidate.Kind == CandidateKind.Dhcp || (resumed.Candidate.Kind == CandidateKind.NetToml && node.Nics.Exists(nic => nic.Name == resumed.Uplink.Link && nic.DhcpByConfig)))
        && ProbeSources.Bare(started.Dhcp.Find(resumed.Uplink.Link)?.Lease?.Address ?? "") != resumed.Uplink.Address;

    private void CheckSearch(Node node, BootState? before, Event happened, BootState after, IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
            NoneAndExcludedLinksAreNeverTouched(node, effect);
        foreach (var effect in effects)
            if (effect is SendArp send)
                ClaimOf(node, send.Link).Sent(node, send);
        foreach (var claim in claims.Values)
            claim.Check(node, happened);
        foreach (var effect in effects)
            if (effect is UnwatchArp released)
                ClaimOf(node, released.Link).Release();
        if (node.JustPlanned)
            LinksAreAsNetTomlHasThem(node, after.Network);
        TheParkedAddressStays(node, before?.Network, happened, after.Network);
        OnlyTwoMissesLoseTheUplink(node, before?.Network, after.Network);
        AServerFaultKeepsTheNetwork(node, before?.Network, happened, after.Network);
        CandidatesComeInOrder(node, after.Network);
        TheUplinkIsRetested(node, before?.Network, after.Network, effects);
        AWorkingUplinkIsNotLost(node, before?.Network, after.Network);
    }

    public static void NoneAndExcludedLinksAreNeverTouched(Node node, NetChange change)
    {
        var link = change switch
        {
            BringUp one => one.Link,
            SetMtu one => one.Link,
            AddAddress one => one.Link,
            RemoveAddress one => one.Link,
            AddRoute one => one.Route.Link,
            RemoveRoute one => one.Route.Link,
            _ => 0,
        };
        Require(!node.Nics.Exists(nic => nic.Guarded && nic.Index == link), node, $"{change}");
    }

    private static void NoneAndExcludedLinksAreNeverTouched(Node node, Effect effect)
    {
        var link = effect switch
        {
            StartDhcp one => one.Link,
            StopDhcp one => one.Link,
            SendArp one => one.Link,
            WatchArp one => one.Link,
            StartProbe one => one.Sources.FirstOrDefault(source => node.Nics.Exists(nic => nic.Guarded && nic.Name == source.Link))?.Link,
            _ => null,
        };
        Require(link is null || !node.Nics.Exists(nic => nic.Guarded && nic.Name == link), node, $"{effect}");
    }

    /// <summary>Planning again after the plan was done changes nothing.</summary>
    public static void PlanIsIdempotent(Node node, NetSpec desired)
    {
        foreach (var link in desired.Links.Items)
            if (!node.Nics.Exists(nic => nic.Present && nic.Index == link.Index))
                return; // the machine was not told yet that it is gone
        var again = NetworkPlanner.Plan(desired, node.Kernel.Observe(node.Statuses()));
        Require(again.Count == 0, node, $"{again}");
    }

    /// <summary>Each link has the addresses of net.toml, those of the candidate on trial and of the parked one, and no others: nothing else changes while P2 and P3 are tried.</summary>
    private void LinksAreAsNetTomlHasThem(Node node, NetworkState state)
    {
        foreach (var nic in node.Nics)
        {
            if (nic.Guarded || !nic.Present || state.Links.Find(nic.Name)?.Index != nic.Index)
                continue;
            var expected = new SortedSet<string>(StringComparer.Ordinal);
            if (nic.Table is { Mode: LinkMode.Static } table)
                expected.UnionWith(table.Addresses);
            if (nic.DhcpByConfig || state.Trial?.Candidate == Candidate.Dhcp(nic.Name) || state.Parked?.Candidate == Candidate.Dhcp(nic.Name))
                expected.UnionWith(state.Dhcp.Find(nic.Name)?.Lease is { } lease ? [lease.Address] : []);
            if (state.Trial?.Candidate == Candidate.Rescue(nic.Name) || state.Parked?.Candidate == Candidate.Rescue(nic.Name))
                expected.UnionWith(claims.GetValueOrDefault(nic.Name) is { InUse: { } mine } ? [mine + "/24"] : []);
            if (state.Trial?.Candidate.Kind == CandidateKind.LastGood || state.Parked?.Candidate.Kind == CandidateKind.LastGood)
                expected.UnionWith(state.LastGood?.Links.FirstOrDefault(one => one.Match.Mac == nic.Mac && one.Mode == LinkMode.Static)?.Addresses ?? []);
            var there = node.Kernel.Addresses.Where(one => one.Link == nic.Index).Select(one => one.Address).Order(StringComparer.Ordinal);
            Require(expected.SequenceEqual(there), node, $"{nic.Name} has {string.Join(' ', there)} and should have {string.Join(' ', expected)}");
            if (nic.Table is { Mode: LinkMode.Static, Gateway: { } gateway } && state.Trial?.Candidate.Link != nic.Name && state.Parked?.Candidate.Link != nic.Name && state.LastGood is null)
                Require(node.Kernel.Routes.Any(route => route.Link == nic.Index && route.Table == NetworkPlanner.MainTable && route.Via == gateway), node, $"{nic.Name} lost its route by {gateway}");
        }
    }

    /// <summary>The parked candidate's address stays, lost or not, until another one wins or the address itself goes.</summary>
    private void TheParkedAddressStays(Node node, NetworkState? before, Event happened, NetworkState after)
    {
        var has = after.Parked is { } parked && HasAddress(node, parked);
        var same = before is null || (before.Parked is { } then && after.Parked is { } now && then.Candidate == now.Candidate && then.Uplink.Address == now.Uplink.Address);
        var excused = happened is LeaseLost or LeaseGranted or LinksSeen
            || (after.Parked is { } at && node.Find(at.Uplink.Link)?.Index != after.Links.Find(at.Uplink.Link)?.Index)
            || (after.Parked?.Candidate is { Kind: CandidateKind.Rescue } candidate && ClaimOf(node, candidate.Link).InUse is null);
        Require(!hadParkedAddress || !same || has || excused, node, $"{after.Parked?.Uplink.Address ?? "the resumed address"} was taken away by {happened.GetType().Name}");
        hadParkedAddress = has;
    }

    private static bool HasAddress(Node node, Parked parked) => node.Find(parked.Uplink.Link) is { } nic && node.Kernel.Has(nic.Index, parked.Uplink.Address);

    private static void OnlyTwoMissesLoseTheUplink(Node node, NetworkState? before, NetworkState after) =>
        Require(before?.Parked is not { Lost: false } parked || after.Parked is not { Lost: true } || parked.Misses >= MissesOfTheDesign - 1, node, $"lost after a single miss");

    private static void AServerFaultKeepsTheNetwork(Node node, NetworkState? before, Event happened, NetworkState after)
    {
        if (happened is not ProbeEnded { Verdict: Verdict.ServerFault } ended || before?.Parked is not { } parked)
            return;
        if (!parked.Lost && before.Check?.Probe == ended.Probe)
            Require(after.Parked is { Lost: false }, node, $"a re-test that met a server fault lost the uplink");
        if (parked.Lost && before.Trial is { Step: TrialStep.Probe } trial && trial.Probe == ended.Probe && trial.Candidate == parked.Candidate)
            Require(after.Parked is { Lost: false }, node, $"a server fault on the network that carried us did not end the search");
    }

    /// <summary>Within a round each candidate is worse than the one before; only the lost one is tried first. A look at better ones tries better ones only.</summary>
    private void CandidatesComeInOrder(Node node, NetworkState after)
    {
        if (after.Trial?.Candidate is not { } candidate)
            return;
        if (after.Parked is { Lost: false } parked)
        {
            Require(Order(node, candidate) < Order(node, parked.Candidate), node, $"{candidate} is not better than {parked.Candidate}");
            return;
        }
        if (after.Round != round)
            (round, tried) = (after.Round, null);
        if (candidate == tried)
            return;
        if (tried is { } last && last != after.Parked?.Candidate)
            Require(Order(node, candidate) > Order(node, last) || node.Replugged, node, $"{candidate} was tried after {last}");
        tried = candidate;
    }

    private void TheUplinkIsRetested(Node node, NetworkState? before, NetworkState after, IReadOnlyList<Effect> effects)
    {
        var now = node.World.Now;
        if (after.Parked is not { Lost: false } parked || before?.Parked is not { Lost: false } then || then.Misses != parked.Misses || then.Candidate != parked.Candidate
            || effects.Any(effect => effect is StartProbe probe && probe.Candidate == parked.Candidate))
            testedAt = now;
        Require(now - testedAt <= RetestOfTheDesign + ProbeOfTheDesign + Lateness, node, $"the uplink was not re-tested for {now - testedAt} ms");
    }

    /// <summary>In the calm nothing but a broken way may lose the uplink.</summary>
    private static void AWorkingUplinkIsNotLost(Node node, NetworkState? before, NetworkState after)
    {
        if (node.World.Now < node.World.CalmAt + Settled || before?.Parked is not { Lost: false } parked || after.Parked is not { Lost: true })
            return;
        Require(node.World.Try(node, parked.Uplink.Link, parked.Uplink.Address, parked.Uplink.Url).Verdict != Verdict.Answered, node, $"{parked.Candidate} was lost though it carries");
    }

    /// <summary>Leases are given back: a DHCP client runs where net.toml has one, on trial, and where we are parked.</summary>
    private static void ClientsRunOnlyWhereTheyAreWanted(Node node, BootState after)
    {
        foreach (var link in node.Init.Dhcp.Keys)
            Require(node.Nics.Exists(nic => nic.Name == link && nic.DhcpByConfig) || after.Network.Trial?.Candidate == Candidate.Dhcp(link) || after.Network.Parked?.Candidate == Candidate.Dhcp(link),
                node, $"the DHCP client of {link} was not stopped");
    }

    private void ArpIsHeardOnlyWhereAnAddressIsClaimed(Node node, BootState after)
    {
        foreach (var link in node.Listening)
            Require(after.Network.Trial?.Candidate == Candidate.Rescue(link) || after.Network.Parked?.Candidate == Candidate.Rescue(link), node, $"{link} is still listened to");
        foreach (var (link, claim) in claims)
            Require(claim.InUse is null || node.Listening.Contains(link), node, $"{claim.InUse} on {link} is used and nobody listens for conflicts");
    }
}

using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
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
        claims = [];
        (round, tried, testedAt) = (0, null, node.World.Now);
        hadParkedAddress = started.Network.Resumed is { } resumed && HasAddress(node, resumed) && !IsLeaseOfADeadClient(node, started.Network, resumed);
        if (started.Network.Resumed is { Candidate: { Kind: CandidateKind.Rescue } candidate } parked && hadParkedAddress)
            ClaimOf(node, candidate.Link).Resume(parked.Uplink.Address);
    }

    private static bool IsLeaseOfADeadClient(Node node, NetworkStarted started, Parked resumed) =>
        (resumed.Candidate.Kind == CandidateKind.Dhcp || (resumed.Candidate.Kind == CandidateKind.NetToml && node.Nics.Exists(nic => nic.Name == resumed.Uplink.Link && nic.DhcpByConfig)))
        && ProbeSources.Bare(started.Dhcp.Find(resumed.Uplink.Link)?.Lease?.Address ?? "") != resumed.Uplink.Address;

    private void CheckSearch(Node node, BootState? before, Event happened, BootState after, Values<Effect> effects)
    {
        foreach (var effect in effects)
            NoneAndExcludedLinksAreNeverTouched(node, effect);
        foreach (var effect in effects)
            if (effect is SendArp send)
                ClaimOf(node, send.Link).Sent(node, send);
        foreach (var claim in claims.Items)
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
        foreach (var nic in node.Nics)
            Require(!nic.Guarded || nic.Index != link, node, $"{change}");
    }

    private static void NoneAndExcludedLinksAreNeverTouched(Node node, Effect effect)
    {
        var link = effect switch
        {
            StartDhcp one => one.Link,
            StopDhcp one => one.Link,
            SendArp one => one.Link,
            WatchArp one => one.Link,
            _ => null,
        };
        foreach (var nic in node.Nics)
            Require(!nic.Guarded || (nic.Name != link && !LeavesBy(nic, effect)), node, $"{effect}");
    }

    private static bool LeavesBy(Nic nic, Effect effect)
    {
        if (effect is StartProbe probe)
            foreach (var source in probe.Sources)
                if (source.Link == nic.Name)
                    return true;
        return false;
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
        var (expected, there) = (new List<string>(), new List<string>());
        foreach (var nic in node.Nics)
        {
            if (nic.Guarded || !nic.Present || state.Links.Find(nic.Name)?.Index != nic.Index)
                continue;
            Wanted(nic, state, expected);
            there.Clear();
            foreach (var one in node.Kernel.Addresses)
                if (one.Link == nic.Index)
                    there.Add(one.Address);
            Require(SameSet(expected, there), node, $"{nic.Name} has {string.Join(' ', there)} and should have {string.Join(' ', expected)}");
            if (nic.Table is { Mode: LinkMode.Static, Gateway: { } gateway } && state.Trial?.Candidate.Link != nic.Name && state.Parked?.Candidate.Link != nic.Name && state.LastGood is null)
                Require(HasMainRoute(node, nic, gateway), node, $"{nic.Name} lost its route by {gateway}");
        }
    }

    /// <summary>Fills the list with the addresses a link should have, none twice.</summary>
    private void Wanted(Nic nic, NetworkState state, List<string> wanted)
    {
        wanted.Clear();
        if (nic.Table is { Mode: LinkMode.Static } table)
            Join(wanted, table.Addresses);
        if ((nic.DhcpByConfig || InForce(state, Candidate.Dhcp(nic.Name))) && state.Dhcp.Find(nic.Name)?.Lease is { } lease)
            Join(wanted, [lease.Address]);
        if (InForce(state, Candidate.Rescue(nic.Name)) && claims.Find(nic.Name) is { InUse: { } mine })
            Join(wanted, [mine + "/24"]);
        if (InForce(state, Candidate.LastGood) && state.LastGood is { } good)
            Join(wanted, StaticAddresses(good, nic.Mac));
    }

    private static Values<string> StaticAddresses(NetConfig config, string mac) =>
        config.Links.FirstOrDefault(one => one.Match.Mac == mac && one.Mode == LinkMode.Static)?.Addresses ?? [];

    private static bool InForce(NetworkState state, Candidate candidate) => state.Trial?.Candidate == candidate || state.Parked?.Candidate == candidate;

    private static void Join(List<string> addresses, Values<string> more)
    {
        foreach (var address in more)
            if (!addresses.Contains(address))
                addresses.Add(address);
    }

    /// <summary>True when both hold the same, in whatever order; the first has nothing twice.</summary>
    private static bool SameSet(List<string> set, List<string> list)
    {
        foreach (var item in set)
            if (!list.Contains(item))
                return false;
        return set.Count == list.Count;
    }

    private static bool HasMainRoute(Node node, Nic nic, string gateway)
    {
        foreach (var route in node.Kernel.Routes)
            if (route.Link == nic.Index && route.Table == NetworkPlanner.MainTable && route.Via == gateway)
                return true;
        return false;
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

    private void TheUplinkIsRetested(Node node, NetworkState? before, NetworkState after, Values<Effect> effects)
    {
        var now = node.World.Now;
        if (after.Parked is not { Lost: false } parked || before?.Parked is not { Lost: false } then || then.Misses != parked.Misses || then.Candidate != parked.Candidate
            || IsProbed(parked.Candidate, effects))
            testedAt = now;
        Require(now - testedAt <= RetestOfTheDesign + ProbeOfTheDesign + Lateness, node, $"the uplink was not re-tested for {now - testedAt} ms");
    }

    private static bool IsProbed(Candidate candidate, Values<Effect> effects)
    {
        foreach (var effect in effects)
            if (effect is StartProbe probe && probe.Candidate == candidate)
                return true;
        return false;
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
            Require(InForce(after.Network, Candidate.Dhcp(link)) || IsDhcpByConfig(node, link), node, $"the DHCP client of {link} was not stopped");
    }

    private static bool IsDhcpByConfig(Node node, string link)
    {
        foreach (var nic in node.Nics)
            if (nic.Name == link && nic.DhcpByConfig)
                return true;
        return false;
    }

    private void ArpIsHeardOnlyWhereAnAddressIsClaimed(Node node, BootState after)
    {
        foreach (var link in node.Listening)
            Require(InForce(after.Network, Candidate.Rescue(link)), node, $"{link} is still listened to");
        foreach (var (link, claim) in claims)
            Require(claim.InUse is null || node.Listening.Contains(link), node, $"{claim.InUse} on {link} is used and nobody listens for conflicts");
    }
}

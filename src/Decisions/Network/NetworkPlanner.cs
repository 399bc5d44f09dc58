using System.Globalization;
using System.Net;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>
/// What the links should look like in a state of the search, and the requests that get there. Every address has a routing table of its
/// own (rule "from ADDRESS"), so that candidates are tried beside each other; the parked one's routes win in the main table.
/// </summary>
public static class NetworkPlanner
{
    /// <summary>Marks what is ours in the kernel (IFA_PROTO, rtm_protocol, FRA_PROTOCOL): nothing else is ever removed.</summary>
    public const byte Protocol = 138;
    public const int MainTable = 254;
    public const int RulePriority = 13_800;
    private const int ParkedMetric = 50;
    private const int StandbyMetric = 1_000;

    /// <summary>One address of a candidate on a link.</summary>
    private sealed record Claimed(Candidate Candidate, LinkStatus Link, string Address, string? Gateway, Values<RouteConfig> Routes);

    public static NetSpec Desired(NetworkState state)
    {
        var claimed = Addresses(state);
        var links = Table<LinkSpec>.Empty;
        foreach (var link in state.Links.Items)
        {
            if (!LinkRoles.Touchable(state.Config, link))
                continue;
            var addresses = claimed.Where(one => one.Link.Name == link.Name).Select(one => one.Address).Distinct().ToValues();
            links = links.With(link.Name, new LinkSpec { Index = link.Index, Mtu = LinkRoles.ConfigOf(state.Config, link)?.Mtu, Addresses = addresses });
        }
        var routes = new List<RouteSpec>();
        var rules = new List<RuleSpec>();
        foreach (var one in claimed)
            if (ReferenceEquals(one, claimed.FindLast(other => SameAddress(one, other))))
                Route(state, one, routes, rules);
        return new NetSpec { Links = links, Routes = routes.DistinctBy(route => (route.Table, route.To, route.Metric)).ToValues(), Rules = rules.Distinct().ToValues() };
    }

    /// <summary>An address has one way out: that of the last candidate which has it.</summary>
    private static bool SameAddress(Claimed one, Claimed other) =>
        one.Link.Name == other.Link.Name && ProbeSources.Bare(one.Address) == ProbeSources.Bare(other.Address);

    /// <summary>
    /// The addresses in force: net.toml's always, those of the parked candidate and of the trial beside them. The same address may be there
    /// more than once, with another router: the trial decides over the parked one while it is probed, and that one over net.toml.
    /// </summary>
    private static List<Claimed> Addresses(NetworkState state)
    {
        var list = new List<Claimed>();
        AddCandidate(list, state, Candidate.NetToml);
        if (state.Trial is { Step: not TrialStep.Probe } waiting)
            AddCandidate(list, state, waiting.Candidate);
        if (state.Parked is { } parked)
            AddCandidate(list, state, parked.Candidate);
        if (state.Trial is { Step: TrialStep.Probe } trial)
            AddCandidate(list, state, trial.Candidate);
        return list;
    }

    private static void AddCandidate(List<Claimed> list, NetworkState state, Candidate candidate)
    {
        switch (candidate.Kind)
        {
            case CandidateKind.NetToml:
                AddStatic(list, state, candidate, state.Config);
                foreach (var own in state.Links.Items)
                    if (LinkRoles.ConfigOf(state.Config, own) is { Mode: LinkMode.Dhcp })
                        AddLease(list, state, candidate, own.Name);
                break;
            case CandidateKind.LastGood when state.LastGood is { } good:
                AddStatic(list, state, candidate, good);
                break;
            case CandidateKind.Dhcp:
                AddLease(list, state, candidate, candidate.Link);
                break;
            case CandidateKind.Rescue when state.Claims.Find(candidate.Link) is { Usable: true } claim && Touchable(state, candidate.Link) is { } link:
                list.Add(new(candidate, link, $"{claim.Address}/{NetworkConstants.RescuePrefix}", null, []));
                break;
        }
    }

    private static LinkStatus? Touchable(NetworkState state, string name) =>
        state.Links.Find(name) is { } link && LinkRoles.Touchable(state.Config, link) ? link : null;

    private static void AddStatic(List<Claimed> list, NetworkState state, Candidate candidate, NetConfig config)
    {
        foreach (var link in state.Links.Items)
        {
            if (!LinkRoles.Touchable(state.Config, link) || LinkRoles.ConfigOf(config, link) is not { Mode: LinkMode.Static } table)
                continue;
            foreach (var address in table.Addresses)
                list.Add(new(candidate, link, address, SameFamily(table.Gateway, address), Reachable(table.Routes, address)));
        }
    }

    private static string? SameFamily(string? gateway, string address) =>
        gateway is not null && gateway.Contains(':') == address.Contains(':') ? gateway : null;

    private static Values<RouteConfig> Reachable(Values<RouteConfig> routes, string address) =>
        routes.Where(route => route.To.Contains(':') == address.Contains(':')).ToValues();

    private static void AddLease(List<Claimed> list, NetworkState state, Candidate candidate, string name)
    {
        if (state.Dhcp.Find(name)?.Lease is { } lease && Touchable(state, name) is { } link)
            list.Add(new(candidate, link, lease.Address, lease.Router, []));
    }

    private static void Route(NetworkState state, Claimed one, List<RouteSpec> routes, List<RuleSpec> rules)
    {
        var parked = state.Parked?.Candidate == one.Candidate;
        var standby = !parked && one.Candidate.Kind == CandidateKind.NetToml;
        var own = TableOf(one);
        var bare = ProbeSources.Bare(one.Address);
        rules.Add(new RuleSpec(bare, own, RulePriority + (int)one.Candidate.Kind));
        var metric = (parked ? ParkedMetric : StandbyMetric) + one.Link.Index;
        foreach (var (to, via, extra) in Wanted(one))
        {
            var route = new RouteSpec { To = to, Via = via, Link = one.Link.Index, Table = own, Metric = metric + extra, Source = via is null ? bare : null };
            routes.Add(route);
            if (parked || standby)
                routes.Add(route with { Table = MainTable });
        }
    }

    private static IEnumerable<(string To, string? Via, int Metric)> Wanted(Claimed one)
    {
        yield return (Network(one.Address), null, 0);
        foreach (var route in one.Routes)
            yield return (Network(route.To), route.Via, route.Metric);
        if (one.Gateway is { } gateway)
            yield return (one.Address.Contains(':') ? "::/0" : "0.0.0.0/0", gateway, 0);
    }

    private static int TableOf(Claimed one) => 13_800 + ((int)one.Candidate.Kind * 10_000) + (one.Link.Index % 10_000);

    /// <summary>The network of ADDRESS/PREFIX: 192.0.2.10/24 → 192.0.2.0/24.</summary>
    public static string Network(string address)
    {
        var slash = address.IndexOf('/');
        var bytes = IPAddress.Parse(address.AsSpan(0, slash)).GetAddressBytes();
        var prefix = int.Parse(address.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return $"{new IPAddress(bytes)}/{prefix}";
    }

    /// <summary>The difference as requests, in an order that never drops what still carries: add first, remove last.</summary>
    public static Values<NetChange> Plan(NetSpec desired, NetStatus observed)
    {
        var changes = new List<NetChange>();
        foreach (var (name, link) in desired.Links)
        {
            var seen = observed.Links.Find(name);
            if (seen is { Up: false })
                changes.Add(new BringUp(link.Index));
            if (link.Mtu is { } mtu && seen is not null && seen.Mtu != mtu)
                changes.Add(new SetMtu(link.Index, mtu));
        }
        var wanted = desired.Links.Items.SelectMany(link => link.Addresses.Select(address => new LinkAddress(link.Index, address))).ToValues();
        changes.AddRange(Beyond(wanted, observed.Addresses).Select(one => new AddAddress(one.Link, one.Address)));
        changes.AddRange(Beyond(desired.Routes, observed.Routes).OrderBy(route => route.Via is not null).Select(route => new AddRoute(route)));
        changes.AddRange(Beyond(desired.Rules, observed.Rules).Select(rule => new AddRule(rule)));
        changes.AddRange(Beyond(observed.Rules, desired.Rules).Select(rule => new RemoveRule(rule)));
        var touchable = desired.Links.Items.Select(link => link.Index).ToValues();
        changes.AddRange(Beyond(observed.Routes, desired.Routes).Where(route => touchable.Contains(route.Link)).Select(route => new RemoveRoute(route)));
        changes.AddRange(Beyond(observed.Addresses, wanted).Where(one => touchable.Contains(one.Link)).Select(one => new RemoveAddress(one.Link, one.Address)));
        return changes.ToValues();
    }
    /// <summary>What is in <paramref name="these"/> and not in <paramref name="those"/>; both are short.</summary>
    private static IEnumerable<T> Beyond<T>(Values<T> these, Values<T> those) => these.Where(one => !those.Contains(one));
}

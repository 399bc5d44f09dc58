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
    private sealed record Claimed(Candidate Candidate, LinkStatus Link, string Address, string? Gateway, Values<RouteConfig> Routes)
    {
        /// <summary>Without prefix length.</summary>
        public readonly string Bare = ProbeSources.Bare(Address);
    }

    public static NetSpec Desired(NetworkState state)
    {
        var claimed = Addresses(state);
        var routes = new List<RouteSpec>();
        var rules = new List<RuleSpec>();
        for (var at = 0; at < claimed.Count; at++)
            if (!ComesAgain(claimed, at))
                Route(state, claimed[at], routes, rules);
        return new NetSpec { Links = Links(state, claimed), Routes = routes.ToValues(), Rules = rules.ToValues() };
    }

    private static Table<LinkSpec> Links(NetworkState state, List<Claimed> claimed) =>
        Table<LinkStatus>.Of(state.Links.Items.Where(link => LinkRoles.Touchable(state.Config, link)).ToValues(), link => link.Name)
            .Mapped(link => new LinkSpec { Index = link.Index, Mtu = LinkRoles.ConfigOf(state.Config, link)?.Mtu, Addresses = AddressesOf(link, claimed) });

    private static Values<string> AddressesOf(LinkStatus link, List<Claimed> claimed)
    {
        var addresses = new List<string>();
        foreach (var one in claimed)
            if (one.Link.Name == link.Name && !addresses.Contains(one.Address))
                addresses.Add(one.Address);
        return addresses.ToValues();
    }

    /// <summary>An address has one way out: that of the last candidate which has it.</summary>
    private static bool ComesAgain(List<Claimed> claimed, int at)
    {
        for (var later = at + 1; later < claimed.Count; later++)
            if (claimed[later].Link.Name == claimed[at].Link.Name && claimed[later].Bare == claimed[at].Bare)
                return true;
        return false;
    }

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
        routes.Count == 0 ? routes : routes.Where(route => route.To.Contains(':') == address.Contains(':')).ToValues();

    private static void AddLease(List<Claimed> list, NetworkState state, Candidate candidate, string name)
    {
        if (state.Dhcp.Find(name)?.Lease is { } lease && Touchable(state, name) is { } link)
            list.Add(new(candidate, link, lease.Address, lease.Router, []));
    }

    private static void Route(NetworkState state, Claimed one, List<RouteSpec> routes, List<RuleSpec> rules)
    {
        var parked = state.Parked?.Candidate == one.Candidate;
        var main = parked || one.Candidate.Kind == CandidateKind.NetToml;
        var metric = (parked ? ParkedMetric : StandbyMetric) + one.Link.Index;
        var rule = new RuleSpec(one.Bare, TableOf(one), RulePriority + (int)one.Candidate.Kind);
        if (!rules.Contains(rule))
            rules.Add(rule);
        Add(Network(one.Address), null, 0);
        foreach (var route in one.Routes)
            Add(Network(route.To), route.Via, route.Metric);
        if (one.Gateway is { } gateway)
            Add(one.Address.Contains(':') ? "::/0" : "0.0.0.0/0", gateway, 0);

        void Add(string to, string? via, int extra)
        {
            var route = new RouteSpec { To = to, Via = via, Link = one.Link.Index, Table = rule.Table, Metric = metric + extra, Source = via is null ? one.Bare : null };
            AddOnce(routes, route);
            if (main)
                AddOnce(routes, route with { Table = MainTable });
        }
    }

    /// <summary>Destination, table and metric are a route's key in the kernel; the first one stays.</summary>
    private static void AddOnce(List<RouteSpec> routes, RouteSpec route)
    {
        foreach (var other in routes)
            if (other.Table == route.Table && other.Metric == route.Metric && other.To == route.To)
                return;
        routes.Add(route);
    }

    private static int TableOf(Claimed one) => 13_800 + ((int)one.Candidate.Kind * 10_000) + (one.Link.Index % 10_000);

    /// <summary>The network of ADDRESS/PREFIX: 192.0.2.10/24 → 192.0.2.0/24.</summary>
    public static string Network(string address)
    {
        var slash = address.IndexOf('/');
        Span<byte> bytes = stackalloc byte[16];
        IPAddress.Parse(address.AsSpan(0, slash)).TryWriteBytes(bytes, out var length);
        bytes = bytes[..length];
        var prefix = int.Parse(address.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[64], $"{new IPAddress(bytes)}/{prefix}");
    }

    /// <summary>The difference as requests, in an order that never drops what still carries: add first, remove last.</summary>
    public static Values<NetChange> Plan(NetSpec desired, NetStatus observed)
    {
        var changes = new List<NetChange>();
        BringUp(desired, observed, changes);
        foreach (var link in desired.Links.Items)
            foreach (var address in link.Addresses)
                if (!observed.Addresses.Contains(new LinkAddress(link.Index, address)))
                    changes.Add(new AddAddress(link.Index, address));
        AddRoutes(desired, observed, throughRouters: false, changes); // a router is reached over these
        AddRoutes(desired, observed, throughRouters: true, changes);
        foreach (var rule in desired.Rules)
            if (!observed.Rules.Contains(rule))
                changes.Add(new AddRule(rule));
        Remove(desired, observed, changes);
        return changes.ToValues();
    }

    private static void BringUp(NetSpec desired, NetStatus observed, List<NetChange> changes)
    {
        foreach (var (name, link) in desired.Links)
        {
            var seen = observed.Links.Find(name);
            if (seen is { Up: false })
                changes.Add(new BringUp(link.Index));
            if (link.Mtu is { } mtu && seen is not null && seen.Mtu != mtu)
                changes.Add(new SetMtu(link.Index, mtu));
        }
    }

    private static void AddRoutes(NetSpec desired, NetStatus observed, bool throughRouters, List<NetChange> changes)
    {
        foreach (var route in desired.Routes)
            if (route.Via is not null == throughRouters && !Has(observed.Routes, route))
                changes.Add(new AddRoute(route));
    }

    private static void Remove(NetSpec desired, NetStatus observed, List<NetChange> changes)
    {
        foreach (var rule in observed.Rules)
            if (!desired.Rules.Contains(rule))
                changes.Add(new RemoveRule(rule));
        foreach (var route in observed.Routes)
            if (LinkOf(desired, route.Link) is not null && !Has(desired.Routes, route))
                changes.Add(new RemoveRoute(route));
        foreach (var one in observed.Addresses)
            if (LinkOf(desired, one.Link) is { } link && !link.Addresses.Contains(one.Address))
                changes.Add(new RemoveAddress(one.Link, one.Address));
    }

    private static LinkSpec? LinkOf(NetSpec desired, int index)
    {
        foreach (var link in desired.Links.Items)
            if (link.Index == index)
                return link;
        return null;
    }

    private static bool Has(Values<RouteSpec> routes, RouteSpec wanted)
    {
        foreach (var route in routes)
            if (route == wanted)
                return true;
        return false;
    }
}

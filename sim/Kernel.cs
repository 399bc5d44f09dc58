using G8os.Decisions.Network;
using G8os.Model;

namespace G8os.Sim;

/// <summary>What a kernel keeps of addresses, routes and rules, with the side effects that matter: removing an address takes its routes.</summary>
public sealed class Kernel
{
    private readonly List<LinkAddress> addresses = [];
    private readonly List<RouteSpec> routes = [];
    private readonly List<RuleSpec> rules = [];

    public List<LinkAddress> Addresses => addresses;
    public List<RouteSpec> Routes => routes;

    public NetStatus Observe(Table<LinkStatus> links) =>
        new() { Links = links, Addresses = addresses.ToValues(), Routes = routes.ToValues(), Rules = rules.ToValues() };

    /// <summary>Does one request; a sentence when a real kernel would have refused it.</summary>
    public string? Apply(NetChange change, IReadOnlyList<Nic> nics)
    {
        switch (change)
        {
            case BringUp up: nics.Single(nic => nic.Index == up.Link && nic.Present).Up = true; return null;
            case SetMtu: return null;
            case AddAddress one: return Add(new LinkAddress(one.Link, one.Address));
            case RemoveAddress one: return RemoveOne(new LinkAddress(one.Link, one.Address));
            case AddRoute one: return Unreachable(one.Route) ?? Replace(one.Route);
            case RemoveRoute one: routes.Remove(one.Route); return null; // perhaps replaced already
            case AddRule one: return Add(one.Rule);
            case RemoveRule one: return rules.Remove(one.Rule) ? null : $"no such rule: {one.Rule}";
            default: return $"unknown request {change}";
        }
    }

    /// <summary>The link is gone, and everything on it.</summary>
    public void Drop(int link)
    {
        addresses.RemoveAll(one => one.Link == link);
        routes.RemoveAll(one => one.Link == link);
    }

    public void Clear()
    {
        addresses.Clear();
        routes.Clear();
        rules.Clear();
    }

    public bool Has(int link, string bare)
    {
        foreach (var one in addresses)
            if (one.Link == link && IsBare(one.Address, bare))
                return true;
        return false;
    }

    /// <summary>The router a packet bound to this link and address takes: rules by priority, then the default route of their table.</summary>
    public string? RouterFor(int link, string bare)
    {
        foreach (var rule in rules)
            if (rule.From == bare && Lookup(rule.Table, link, out var router))
                return router;
        return null;
    }

    /// <summary>False when the table has no route on this link: the next rule is asked.</summary>
    private bool Lookup(int table, int link, out string? router)
    {
        RouteSpec? best = null;
        var any = false;
        foreach (var route in routes)
        {
            if (route.Table != table || route.Link != link)
                continue;
            any = true;
            if (route.To == "0.0.0.0/0" && (best is null || route.Metric < best.Metric))
                best = route;
        }
        router = best?.Via;
        return any;
    }

    private static bool IsBare(string address, string bare) => address.Length > bare.Length && address[bare.Length] == '/' && address.StartsWith(bare, StringComparison.Ordinal);

    private string? Add(LinkAddress one)
    {
        if (addresses.Contains(one))
            return $"exists: {one}";
        addresses.Add(one);
        return null;
    }

    /// <summary>Rules are kept by priority, of the same priority in the order they came.</summary>
    private string? Add(RuleSpec rule)
    {
        if (rules.Contains(rule))
            return $"exists: {rule}";
        rules.Insert(rules.FindLastIndex(other => other.Priority <= rule.Priority) + 1, rule);
        return null;
    }

    /// <summary>Destination, table and metric are a route's key; the newer one stays (NLM_F_REPLACE).</summary>
    private string? Replace(RouteSpec route)
    {
        routes.RemoveAll(one => one.To == route.To && one.Table == route.Table && one.Metric == route.Metric);
        routes.Add(route);
        return null;
    }

    private string? RemoveOne(LinkAddress one)
    {
        if (!addresses.Remove(one))
            return $"no such address: {one}";
        var bare = ProbeSources.Bare(one.Address);
        if (!addresses.Exists(other => IsBare(other.Address, bare)))
            routes.RemoveAll(route => route.Source == bare);
        return null;
    }

    /// <summary>The kernel takes a router only when it is on a network of the link.</summary>
    private string? Unreachable(RouteSpec route) =>
        route.Via is { } via && !via.Contains(':') && !addresses.Exists(one => one.Link == route.Link && OnLink(one.Address, via))
            ? $"network is unreachable: {route}" : null;

    private static bool OnLink(string address, string via) =>
        !address.Contains(':') && NetworkPlanner.Network(via + address[address.IndexOf('/')..]) == NetworkPlanner.Network(address);
}

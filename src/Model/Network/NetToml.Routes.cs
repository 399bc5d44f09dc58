using G8os.Model.Toml;

namespace G8os.Model.Network;

// "routes" of a link: { to = PREFIX, via = ADDRESS, metric = NUMBER }.
public static partial class NetToml
{
    public const int MaxRoutes = 256;

    private static Values<RouteConfig> ReadRoutes(TomlReader link, List<IpPrefix> addresses, LinkMode? mode)
    {
        var routes = new List<RouteConfig>();
        foreach (var route in link.Sections("routes", MaxRoutes))
        {
            var to = ReadTo(route);
            var via = ReadVia(route, to, addresses, mode);
            var metric = route.Integer("metric", 0, int.MaxValue) ?? 0;
            route.End();
            if (to is null)
                continue;
            var config = new RouteConfig(to.ToString(), via, metric);
            if (routes.Any(other => other.To == config.To && other.Metric == config.Metric))
                route.Errors.Add(route.Table.Place, $"a route to {config.To} with metric {config.Metric} is written twice in {link.Table.Title}");
            routes.Add(config);
        }
        return routes.ToValues();
    }

    private static IpPrefix? ReadTo(TomlReader route)
    {
        if (!route.Has("to"))
            route.Missing("to", "to = \"198.51.100.0/24\"");
        if (route.String("to") is not { } text)
            return null;
        string fault;
        if (!IpPrefix.TryParse(text.Text, out var to))
            fault = "expected NETWORK/PREFIX like \"198.51.100.0/24\"";
        else if (to.Length == 0)
            fault = "the default route is the link's \"gateway\"";
        else if (!IsHost(to.Address))
            fault = "it is no network that a gateway reaches";
        else if (!to.Address.Equals(to.Network))
            fault = $"it has bits beyond its prefix; did you mean \"{to.Network}/{to.Length}\"?";
        else
            return to;
        route.Errors.Add(text.Place, $"bad route {Words.Quote(text.Text)}: {fault}");
        return null;
    }

    private static string? ReadVia(TomlReader route, IpPrefix? to, List<IpPrefix> addresses, LinkMode? mode)
    {
        if (route.String("via") is not { } text)
            return null;
        string fault;
        if (!IpPrefix.TryParseAddress(text.Text, out var via) || !IsHost(via))
            fault = "expected an address like \"192.0.2.254\"";
        else if (to is not null && to.Address.AddressFamily != via.AddressFamily)
            fault = $"it is not of the family of {to}";
        else if (addresses.Any(address => address.Address.Equals(via)))
            fault = "it is the link's own address";
        else if (mode == LinkMode.Static && addresses.Count > 0 && !IsReached(via, addresses))
            fault = $"it is in none of the link's subnets ({Subnets(addresses)})";
        else
            return via.ToString();
        route.Errors.Add(text.Place, $"bad via {Words.Quote(text.Text)}: {fault}");
        return null;
    }
}

using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

public sealed partial class RtNetlink
{
    /// <summary>All routes of all tables, IPv4 and IPv6; the kernel's own local and broadcast ones have a <see cref="RouteEntry.Type"/> other than 1.</summary>
    public IReadOnlyList<RouteEntry> Routes() => Dump(
        () => new NetlinkRequest(RTM_GETROUTE, NLM_F_DUMP).RouteHeader(0, 0, 0, 0, 0, 0, 0), seen => (seen as RouteChanged)?.Route, "routes");

    /// <summary>Adds a route; with <paramref name="replace"/> it takes the place of one with the same destination, table and metric.</summary>
    public void AddRoute(RouteEntry route, bool replace = false)
    {
        ArgumentNullException.ThrowIfNull(route);
        Change(Route(route, RTM_NEWROUTE, NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL)), () => $"add route {route} on {NameOf(route.InterfaceIndex)}");
    }

    /// <summary>Removes a route. One that is not there is an error with <see cref="LinuxException.Missing"/>.</summary>
    public void RemoveRoute(RouteEntry route)
    {
        ArgumentNullException.ThrowIfNull(route);
        Change(Route(route, RTM_DELROUTE, 0), () => $"remove route {route} from {NameOf(route.InterfaceIndex)}");
    }

    private static NetlinkRequest Route(RouteEntry route, ushort type, int how)
    {
        var request = new NetlinkRequest(type, (ushort)(how | NLM_F_ACK)).RouteHeader(FamilyOf(route.Family), (byte)route.Destination.PrefixLength, 0,
            RT_TABLE_UNSPEC, route.Protocol, route.Scope, route.Type);
        request.U32(RTA_TABLE, route.Table);
        if (!route.IsDefault)
            request.Ip(RTA_DST, route.Destination.BaseAddress);
        if (route.Gateway is not null)
            request.Ip(RTA_GATEWAY, route.Gateway);
        if (route.PreferredSource is not null)
            request.Ip(RTA_PREFSRC, route.PreferredSource);
        if (route.InterfaceIndex != 0)
            request.U32(RTA_OIF, (uint)route.InterfaceIndex);
        return route.Metric == 0 ? request : request.U32(RTA_PRIORITY, route.Metric);
    }

    /// <summary>All rules, IPv4 and IPv6.</summary>
    public IReadOnlyList<RuleEntry> Rules() => Dump(
        () => new NetlinkRequest(RTM_GETRULE, NLM_F_DUMP).RouteHeader(0, 0, 0, 0, 0, 0, 0), seen => (seen as RuleChanged)?.Rule, "routing rules");

    /// <summary>Adds a rule; an equal one is an error with <see cref="LinuxException.Exists"/>.</summary>
    public void AddRule(RuleEntry rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Change(Rule(rule, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL), () => $"add rule {rule}");
    }

    /// <summary>Removes a rule. One that is not there is an error with <see cref="LinuxException.Missing"/>.</summary>
    public void RemoveRule(RuleEntry rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Change(Rule(rule, RTM_DELRULE, 0), () => $"remove rule {rule}");
    }

    private static NetlinkRequest Rule(RuleEntry rule, ushort type, int how)
    {
        var request = new NetlinkRequest(type, (ushort)(how | NLM_F_ACK))
            .RouteHeader(FamilyOf(rule.Family), 0, (byte)(rule.From?.PrefixLength ?? 0), RT_TABLE_UNSPEC, 0, 0, FR_ACT_TO_TBL)
            .U32(FRA_TABLE, rule.Table).U32(FRA_PRIORITY, rule.Priority).U8(FRA_PROTOCOL, rule.Protocol);
        return rule.From is { PrefixLength: > 0 } from ? request.Ip(FRA_SRC, from.BaseAddress) : request;
    }
}

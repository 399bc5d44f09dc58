using System.Net;
using System.Net.Sockets;

namespace G8os.Linux.Netlink;

/// <summary>A route (RTM_NEWROUTE, linux/rtnetlink.h). Of a multipath route the first hop is shown.</summary>
/// <param name="Destination">Where to; 0.0.0.0/0 or ::/0 is the default route. Its family is the route's.</param>
/// <param name="Gateway">Next hop, or none for a connected network.</param>
/// <param name="InterfaceIndex">Outgoing link, 0 for none (blackhole, unreachable).</param>
/// <param name="Table">Routing table; 254 is main.</param>
/// <param name="Metric">Lower wins; 0 is best (IPv6 makes 1024 of it).</param>
/// <param name="Protocol">Who set it (RTPROT_*): 2 kernel, 3 boot, 4 static, 16 DHCP.</param>
/// <param name="Scope">0 universe, 253 link, 254 host; IPv6 has only 0.</param>
/// <param name="PreferredSource">Source address for packets that have none yet.</param>
/// <param name="Type">RTN_*: 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable.</param>
public sealed record RouteEntry(
    IPNetwork Destination, IPAddress? Gateway, int InterfaceIndex, uint Table = 254, uint Metric = 0, byte Protocol = 4, byte Scope = 0,
    IPAddress? PreferredSource = null, byte Type = 1)
{
    /// <summary>IPv4 or IPv6.</summary>
    public AddressFamily Family => Destination.BaseAddress.AddressFamily;

    /// <summary>Goes everywhere.</summary>
    public bool IsDefault => Destination.PrefixLength == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        (IsDefault ? "default" : Destination.ToString()) + (Gateway is null ? "" : $" via {Gateway}") + $" table {Table}" + (Metric == 0 ? "" : $" metric {Metric}");
}

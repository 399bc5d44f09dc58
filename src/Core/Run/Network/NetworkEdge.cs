using System.Net;
using G8os.Decisions.Network;
using G8os.Linux;
using G8os.Linux.Netlink;
using G8os.Model;

namespace G8os.Core.Run.Network;

/// <summary>Sees the kernel's links and makes them what the plan says. Decides nothing.</summary>
internal sealed class NetworkEdge : IDisposable
{
    private const int AddressNotAvailable = 99; // EADDRNOTAVAIL
    private readonly RtNetlink netlink = new();
    private readonly HashSet<string> tuned = [];

    public static bool IsCandidate(LinkEntry link) => !link.Loopback && link.Kind is "" or "veth" && link.MasterIndex is null or 0;

    /// <summary>The loopback link is always up: sshd and the node's own programs use it.</summary>
    public void RaiseLoopback()
    {
        if (netlink.Link("lo") is { Up: false } lo)
            netlink.SetLink(lo.Index, up: true);
    }

    public Values<LinkStatus> Links() => netlink.Links().Where(IsCandidate).OrderBy(link => link.Index).Select(Status).ToValues();

    public Values<string> Macs() => netlink.Links().Where(IsCandidate).Select(link => link.Mac).Where(mac => mac.Length > 0).Distinct().ToValues();

    /// <summary>Does the difference; the requests that failed are told and tried again with the next plan.</summary>
    public bool Apply(NetSpec spec)
    {
        foreach (var (name, _) in spec.Links)
            Tune(name);
        var clean = true;
        foreach (var change in NetworkPlanner.Plan(spec, Observe()))
            clean &= Try(change);
        return clean;
    }

    private NetStatus Observe()
    {
        var links = Table<LinkStatus>.Empty;
        foreach (var link in Links())
            links = links.With(link.Name, link);
        return new NetStatus
        {
            Links = links,
            Addresses = netlink.Addresses().Where(one => one.Protocol == NetworkPlanner.Protocol)
                .Select(one => new LinkAddress(one.InterfaceIndex, $"{one.Address}/{one.PrefixLength}")).ToValues(),
            Routes = netlink.Routes().Where(one => one.Protocol == NetworkPlanner.Protocol).Select(Route).ToValues(),
            Rules = netlink.Rules().Where(one => one.Protocol == NetworkPlanner.Protocol && one.From is not null)
                .Select(one => new RuleSpec(one.From!.Value.BaseAddress.ToString(), (int)one.Table, (int)one.Priority)).ToValues(),
        };
    }

    private bool Try(NetChange change)
    {
        try
        {
            Do(change);
            return true;
        }
        catch (LinuxException fault) when ((fault.Exists && change is AddAddress or AddRule) || (fault.Missing || fault.Errno == AddressNotAvailable) && change is RemoveRoute or RemoveRule or RemoveAddress)
        {
            return true; // somebody else was quicker; it is as wanted
        }
        catch (LinuxException fault)
        {
            CoreLog.Write(fault.Message);
            return false;
        }
    }

    private void Do(NetChange change)
    {
        switch (change)
        {
            case BringUp up: netlink.SetLink(up.Link, up: true); break;
            case SetMtu mtu: netlink.SetLink(mtu.Link, mtu: mtu.Mtu); break;
            case AddAddress add:
                var (address, prefix) = Split(add.Address);
                netlink.AddAddress(add.Link, address, prefix, NetworkPlanner.Protocol, AddressFlags.NoPrefixRoute);
                break;
            case RemoveAddress remove:
                var (gone, bits) = Split(remove.Address);
                netlink.RemoveAddress(remove.Link, gone, bits);
                break;
            case AddRoute route: netlink.AddRoute(Entry(route.Route), replace: true); break;
            case RemoveRoute route: netlink.RemoveRoute(Entry(route.Route)); break;
            case AddRule rule: netlink.AddRule(Entry(rule.Rule)); break;
            case RemoveRule rule: netlink.RemoveRule(Entry(rule.Rule)); break;
            default: throw new System.Diagnostics.UnreachableException($"internal error: no request for {change.GetType().Name}");
        }
    }

    /// <summary>Per link, never on conf/all: answers and asks with the address of this link only (design: boot and network).</summary>
    private void Tune(string link)
    {
        if (!tuned.Add(link))
            return;
        foreach (var (setting, value) in new[] { ("rp_filter", "2"), ("arp_ignore", "1"), ("arp_announce", "2") })
            try
            {
                Sysctl.Write($"net/ipv4/conf/{link}/{setting}", value);
            }
            catch (LinuxException fault)
            {
                CoreLog.Write(fault.Message);
            }
    }

    private static LinkStatus Status(LinkEntry link) => new()
    {
        Name = link.Name,
        Index = link.Index,
        Mac = link.Mac,
        Up = link.Up,
        Carrier = link.Carrier,
        Mtu = link.Mtu,
        Driver = Last($"/sys/class/net/{link.Name}/device/driver"),
        Path = Path(link.Name),
    };

    private static string Path(string name) => Last($"/sys/class/net/{name}/device") is { Length: > 0 } slot ? $"pci-{slot}" : "";

    private static string Last(string linkPath) =>
        Directory.Exists(linkPath) && Directory.ResolveLinkTarget(linkPath, returnFinalTarget: true) is { } target ? target.Name : "";

    private static RouteSpec Route(RouteEntry one) => new()
    {
        To = $"{one.Destination.BaseAddress}/{one.Destination.PrefixLength}",
        Via = one.Gateway?.ToString(),
        Link = one.InterfaceIndex,
        Table = (int)one.Table,
        Metric = (int)one.Metric,
        Source = one.PreferredSource?.ToString(),
    };

    private static RouteEntry Entry(RouteSpec route)
    {
        const byte ScopeLink = 253;
        var (to, prefix) = Split(route.To);
        var scope = route.Via is null && to.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? ScopeLink : (byte)0;
        return new RouteEntry(new IPNetwork(to, prefix), route.Via is null ? null : IPAddress.Parse(route.Via), route.Link, (uint)route.Table, (uint)route.Metric,
            NetworkPlanner.Protocol, scope, route.Source is null ? null : IPAddress.Parse(route.Source));
    }

    private static RuleEntry Entry(RuleSpec rule)
    {
        var from = IPAddress.Parse(rule.From);
        return new RuleEntry(from.AddressFamily, new IPNetwork(from, from.GetAddressBytes().Length * 8), (uint)rule.Table, (uint)rule.Priority, NetworkPlanner.Protocol);
    }

    private static (IPAddress Address, int Prefix) Split(string address)
    {
        var slash = address.IndexOf('/');
        return (IPAddress.Parse(address.AsSpan(0, slash)), int.Parse(address.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose() => netlink.Dispose();
}

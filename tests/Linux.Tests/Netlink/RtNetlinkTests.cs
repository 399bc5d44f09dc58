using System.Net;
using System.Net.Sockets;
using G8os.Linux.Namespaces;
using G8os.Linux.Netlink;
using Xunit;

namespace G8os.Linux.Tests.Netlink;

public sealed class RtNetlinkTests : IDisposable
{
    private const string MacA = "02:00:5e:10:00:01", MacB = "02:00:5e:10:00:02";
    private readonly NetNamespace here = NetNamespace.Create();
    private readonly NetNamespace there = NetNamespace.Create();
    private readonly RtNetlink net;
    private readonly RtNetlink far;

    public RtNetlinkTests()
    {
        net = here.Run(() => new RtNetlink());
        far = there.Run(() => new RtNetlink());
    }

    public void Dispose()
    {
        net.Dispose();
        far.Dispose();
        here.Dispose();
        there.Dispose();
    }

    private LinkEntry Eth0()
    {
        net.CreateVeth("eth0", null, "eth0", there.Number, MacA, MacB);
        return net.Link("eth0")!;
    }

    [Fact]
    public void A_new_namespace_has_a_loopback_link_that_is_down()
    {
        var only = Assert.Single(net.Links());
        Assert.Equal(("lo", true, false, false), (only.Name, only.Loopback, only.Up, only.Carrier));
    }

    [Fact]
    public void A_veth_pair_spans_two_namespaces_and_has_the_given_addresses()
    {
        var mine = Eth0();
        var theirs = far.Link("eth0")!;
        Assert.Equal((MacA, "veth", false), (mine.Mac, mine.Kind, mine.Up));
        Assert.Equal((MacB, "veth", false), (theirs.Mac, theirs.Kind, theirs.Up));
        net.SetLink(mine.Index, up: true);
        Assert.False(net.Link("eth0")!.Carrier);
        far.SetLink(theirs.Index, up: true);
        Assert.True(net.Link("eth0")!.Carrier);
        net.DeleteLink(mine.Index);
        Assert.Null(far.Link("eth0"));
    }

    [Fact]
    public void Mtu_mac_name_and_master_change()
    {
        var link = Eth0();
        var bridge = net.CreateBridge("br0");
        net.SetLink(link.Index, mtu: 1400, mac: "02:00:5E:10:00:0A", master: bridge, name: "lan0");
        var changed = net.Link("lan0")!;
        Assert.Equal((1400, "02:00:5e:10:00:0a", (int?)bridge), (changed.Mtu, changed.Mac, changed.MasterIndex));
        Assert.Equal("bridge", net.Link("br0")!.Kind);
        net.SetLink(link.Index, master: 0);
        Assert.Null(net.Link("lan0")!.MasterIndex);
    }

    [Fact]
    public void A_link_moves_to_another_namespace()
    {
        net.CreateVeth("a", null, "b", null);
        net.MoveLink(net.Link("b")!.Index, there.Number);
        Assert.Null(net.Link("b"));
        Assert.NotNull(far.Link("b"));
    }

    [Fact]
    public void An_address_keeps_its_protocol_and_flags()
    {
        var link = Eth0();
        var ip = IPAddress.Parse("192.0.2.10");
        net.AddAddress(link.Index, ip, 24, protocol: 77, AddressFlags.NoPrefixRoute);
        var seen = Assert.Single(net.Addresses(), address => address.InterfaceIndex == link.Index && address.Address.Equals(ip));
        Assert.Equal((24, (byte)77), (seen.PrefixLength, seen.Protocol));
        Assert.True(seen.Flags.HasFlag(AddressFlags.NoPrefixRoute));
        var twice = Assert.Throws<NetlinkException>(() => net.AddAddress(link.Index, ip, 24));
        Assert.True(twice.Exists);
        Assert.StartsWith("cannot add 192.0.2.10/24 to eth0: File exists", twice.Message, StringComparison.Ordinal);
        net.RemoveAddress(link.Index, ip, 24);
        Assert.DoesNotContain(net.Addresses(), address => address.Address.Equals(ip));
        Assert.Equal(99, Assert.Throws<NetlinkException>(() => net.RemoveAddress(link.Index, ip, 24)).Errno);
    }

    [Fact]
    public void An_ipv6_address_goes_in_and_out()
    {
        var link = Eth0();
        var ip = IPAddress.Parse("2001:db8::10");
        net.AddAddress(link.Index, ip, 64, protocol: 77, AddressFlags.NoDuplicateDetection);
        Assert.Equal(77, Assert.Single(net.Addresses(), address => address.Address.Equals(ip)).Protocol);
        net.RemoveAddress(link.Index, ip, 64);
        Assert.DoesNotContain(net.Addresses(), address => address.Address.Equals(ip));
    }

    [Theory]
    [InlineData("192.0.2.10", 24, "192.0.2.1", "0.0.0.0/0")]
    [InlineData("192.0.2.10", 24, "192.0.2.1", "198.51.100.0/24")]
    [InlineData("2001:db8::10", 64, "2001:db8::1", "::/0")]
    public void A_route_in_a_table_reads_back_as_written(string own, int prefix, string gateway, string destination)
    {
        var link = Eth0();
        net.SetLink(link.Index, up: true);
        far.SetLink(far.Link("eth0")!.Index, up: true);
        net.AddAddress(link.Index, IPAddress.Parse(own), prefix, 0, AddressFlags.NoDuplicateDetection);
        var route = new RouteEntry(IPNetwork.Parse(destination), IPAddress.Parse(gateway), link.Index, Table: 1234, Metric: 50, Protocol: 99,
            PreferredSource: IPAddress.Parse(own));
        net.AddRoute(route);
        Assert.Equal(route, Assert.Single(net.Routes(), found => found.Table == 1234));
        Assert.True(Assert.Throws<NetlinkException>(() => net.AddRoute(route)).Exists);
        net.AddRoute(route with { PreferredSource = null }, replace: true);
        Assert.Null(Assert.Single(net.Routes(), found => found.Table == 1234).PreferredSource);
        net.RemoveRoute(route with { PreferredSource = null });
        Assert.DoesNotContain(net.Routes(), found => found.Table == 1234);
        Assert.True(Assert.Throws<NetlinkException>(() => net.RemoveRoute(route)).Missing);
    }

    [Fact]
    public void A_connected_route_needs_no_gateway()
    {
        var link = Eth0();
        net.SetLink(link.Index, up: true);
        var route = new RouteEntry(IPNetwork.Parse("198.51.100.0/24"), null, link.Index, Table: 300, Scope: 253);
        net.AddRoute(route);
        Assert.Equal(route, Assert.Single(net.Routes(), found => found.Table == 300));
    }

    [Theory]
    [InlineData("192.0.2.10/32", AddressFamily.InterNetwork)]
    [InlineData("2001:db8::10/128", AddressFamily.InterNetworkV6)]
    [InlineData(null, AddressFamily.InterNetwork)]
    public void A_rule_reads_back_as_written(string? from, AddressFamily family)
    {
        var rule = new RuleEntry(family, from is null ? null : IPNetwork.Parse(from), Table: 1234, Priority: 1000, Protocol: 99);
        net.AddRule(rule);
        Assert.Equal(rule, Assert.Single(net.Rules(), found => found.Priority == 1000));
        Assert.True(Assert.Throws<NetlinkException>(() => net.AddRule(rule)).Exists);
        net.RemoveRule(rule);
        Assert.DoesNotContain(net.Rules(), found => found.Priority == 1000);
        Assert.True(Assert.Throws<NetlinkException>(() => net.RemoveRule(rule)).Missing);
    }

    [Fact]
    public void The_kernels_own_rules_are_seen_whole()
    {
        Assert.Contains(new RuleEntry(AddressFamily.InterNetwork, null, 254, 32766, 2), net.Rules());
        Assert.Contains(new RuleEntry(AddressFamily.InterNetworkV6, null, 254, 32766, 2), net.Rules());
    }

    [Fact]
    public void A_refusal_carries_the_kernels_words()
    {
        var error = Assert.Throws<NetlinkException>(() => net.AddRoute(new RouteEntry(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("192.0.2.1"), 0)));
        Assert.Equal("Nexthop has invalid gateway", error.Extended);
        Assert.StartsWith("cannot add route default via 192.0.2.1 table 254", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dump_larger_than_one_datagram_is_complete()
    {
        for (var i = 0; i < 700; i++)
            net.AddRule(new RuleEntry(AddressFamily.InterNetwork, IPNetwork.Parse($"10.{i / 250}.{i % 250}.0/24"), 500, (uint)(1000 + i)));
        Assert.Equal(700, net.Rules().Count(rule => rule.Table == 500));
    }

    [Fact]
    public void Sysctls_belong_to_the_namespace()
    {
        Eth0();
        here.Run(() => Sysctl.Write("net/ipv4/conf/eth0/arp_ignore", "1"));
        Assert.Equal("1", here.Run(() => Sysctl.Read("net/ipv4/conf/eth0/arp_ignore")));
        Assert.Equal("0", there.Run(() => Sysctl.Read("net/ipv4/conf/eth0/arp_ignore")));
        Assert.True(Assert.Throws<LinuxException>(() => here.Run(() => Sysctl.Write("net/ipv4/conf/none/arp_ignore", "1"))).Missing);
    }
}

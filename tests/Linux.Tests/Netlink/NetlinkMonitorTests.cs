using System.Collections.Concurrent;
using System.Net;
using G8os.Linux.Namespaces;
using G8os.Linux.Netlink;
using Xunit;

namespace G8os.Linux.Tests.Netlink;

public sealed class NetlinkMonitorTests
{
    [Fact]
    public async Task A_monitor_shows_the_picture_then_carrier_addresses_and_removal()
    {
        using var here = NetNamespace.Create();
        using var net = here.Run(() => new RtNetlink());
        net.CreateVeth("eth0", null, "peer", null);
        var link = net.Link("eth0")!.Index;
        var seen = new ConcurrentQueue<NetlinkEvent>();
        using var monitor = here.Run(() => new NetlinkMonitor(seen.Enqueue));
        await Wait.Until(() => !seen.IsEmpty, "the first picture");
        Assert.Contains(((NetworkSeen)seen.First()).Links, entry => entry.Name == "eth0" && !entry.Carrier);

        net.SetLink(link, up: true);
        net.SetLink(net.Link("peer")!.Index, up: true);
        await Wait.Until(() => seen.OfType<LinkChanged>().Any(change => change.Link is { Name: "eth0", Carrier: true }), "carrier");
        net.SetLink(net.Link("peer")!.Index, up: false);
        await Wait.Until(() => seen.OfType<LinkChanged>().LastOrDefault(change => change.Link.Name == "eth0") is { Link: { Up: true, Carrier: false } }, "carrier lost");

        net.AddAddress(link, IPAddress.Parse("192.0.2.10"), 24, 77);
        await Wait.Until(() => seen.OfType<AddressChanged>().Any(change => change.Address is { Protocol: 77, PrefixLength: 24 }), "the address");
        await Wait.Until(() => seen.OfType<RouteChanged>().Any(change => change.Route.Destination == IPNetwork.Parse("192.0.2.0/24")), "its route");
        net.DeleteLink(link);
        await Wait.Until(() => seen.OfType<LinkRemoved>().Any(change => change.Link.Name == "eth0"), "the link's end");
    }

    [Fact]
    public async Task After_lost_events_the_whole_picture_comes_again()
    {
        using var here = NetNamespace.Create();
        using var net = here.Run(() => new RtNetlink());
        var seen = new ConcurrentQueue<NetlinkEvent>();
        using var go = new ManualResetEventSlim();
        using var monitor = here.Run(() => new NetlinkMonitor(change =>
        {
            seen.Enqueue(change);
            go.Wait();      // a slow reader: the socket's buffer overflows meanwhile
        }, receiveBuffer: 16 * 1024));
        await Wait.Until(() => !seen.IsEmpty, "the first picture");
        for (var i = 0; i < 500; i++)
            net.AddAddress(1, new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]), 32);
        go.Set();
        await Wait.Until(() => seen.OfType<NetworkSeen>().Count() >= 2 && seen.OfType<NetworkSeen>().Last().Addresses.Count == 500, "the second picture");
    }

    [Fact]
    public void A_monitor_stops_from_its_own_callback()
    {
        using var here = NetNamespace.Create();
        using var stopped = new ManualResetEventSlim();
        using var made = new ManualResetEventSlim();
        NetlinkMonitor? monitor = null;
        monitor = here.Run(() => new NetlinkMonitor(_ =>
        {
            made.Wait();
            monitor!.Dispose();
            stopped.Set();
        }));
        made.Set();
        Assert.True(stopped.Wait(Wait.Long));
    }
}

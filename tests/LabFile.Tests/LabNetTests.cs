using System.Net;
using System.Net.Sockets;
using System.Text;
using G8os.Lab;
using G8os.Lab.Serve;
using G8os.Linux.Netlink;
using G8os.Linux.Processes;
using Xunit;

namespace G8os.LabTests;

/// <summary>Segments, links and relays, on the real kernel with the real dnsmasq and udhcpc. Root is needed; all of it is in namespaces.</summary>
public sealed class LabNetTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string directory = Directory.CreateTempSubdirectory("g8lab-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private LabPaths Paths => new(Path.Combine(directory, "lab"));

    private static LabFile Lab(string dhcp = "") => LabFile.Parse($$"""
        [segment.site]
        subnet = "10.77.1.0/24"
        {{dhcp}}
        [controller.ac1]
        on = { site = "10.77.1.1/24" }
        """, "f").File!;

    [Fact]
    public async Task ASegmentCarriesBetweenItsMachinesAndLeavesThisMachineAsItWas()
    {
        using var here = new RtNetlink();
        var before = here.Links().Select(link => link.Name).ToList();
        var lab = Lab();
        using (var segment = new SegmentHost(lab, lab.Segments[0], Paths))
        using (LabNet a = new(), b = new())
        {
            segment.Plug(a, "eth0", LabMac.Of("a", 0), carrier: true);
            segment.Plug(b, "eth0", LabMac.Of("b", 0), carrier: true);
            a.Configure("eth0", IPAddress.Parse("10.77.1.11"), 24);
            b.Configure("eth0", IPAddress.Parse("10.77.1.12"), 24);
            Assert.Equal(LabMac.Of("b", 0), b.Netlink.Link("eth0")!.Mac);
            using var listener = b.Socket();
            listener.Bind(new IPEndPoint(IPAddress.Any, 8443));
            listener.Listen(1);
            using var socket = a.Socket();
            await socket.ConnectAsync(IPAddress.Parse("10.77.1.12"), 8443).WaitAsync(Deadline);
            Assert.Equal(before, here.Links().Select(link => link.Name));
        }
        Assert.Equal(before, here.Links().Select(link => link.Name));
    }

    [Fact]
    public async Task APulledCableTakesTheCarrierAndStaysPulledOverARestart()
    {
        var lab = Lab();
        using var segment = new SegmentHost(lab, lab.Segments[0], Paths);
        var links = new MachineLinks("a", [segment], ["site"], [""]);
        using (var first = new LabNet())
        {
            links.Plug(first);
            first.Netlink.SetLink(first.IndexOf("eth0"), up: true);
            await Wait.Until(() => first.Netlink.Link("eth0")!.Carrier, "the carrier");
            links.SetCarrier("eth0", up: false);
            await Wait.Until(() => !first.Netlink.Link("eth0")!.Carrier, "the carrier to go");
            links.Unplug();
            Assert.Null(first.Netlink.Link("eth0"));
        }
        using var second = new LabNet();
        links.Plug(second);
        second.Netlink.SetLink(second.IndexOf("eth0"), up: true);
        Assert.False(second.Netlink.Link("eth0")!.Carrier);
        links.SetCarrier("eth0", up: true);
        await Wait.Until(() => second.Netlink.Link("eth0")!.Carrier, "the carrier to come back");
        Assert.Equal("cannot find link eth1 of a: it has eth0 to eth0", Assert.Throws<LabException>(() => links.SetCarrier("eth1", up: true)).Message);
    }

    [Fact]
    public async Task TheDhcpServerOfASegmentLeasesFromItsRange()
    {
        var lab = Lab("dhcp = { range = \"50-51\", lease = \"2m\", router = \"10.77.1.1\" }");
        LabPaths.MakePrivate(Paths.Directory);
        using var segment = new SegmentHost(lab, lab.Segments[0], Paths);
        using var node = new LabNet();
        segment.Plug(node, "eth0", LabMac.Of("a", 0), carrier: true);
        node.Netlink.SetLink(node.IndexOf("eth0"), up: true);
        var script = Path.Combine(directory, "bound");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\n[ \"$1\" = bound ] && echo $ip $router $serverid $lease > {directory}/lease\nexit 0\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var client = ChildProcess.Start(new() { Arguments = [.. node.Enter, "busybox", "udhcpc", "-f", "-q", "-n", "-i", "eth0", "-s", script] });
        Assert.True((await client.Exited.WaitAsync(Deadline)).Success);
        Assert.Matches(@"^10\.77\.1\.5[01] 10\.77\.1\.1 10\.77\.1\.254 120$", (await File.ReadAllTextAsync(Path.Combine(directory, "lease"))).Trim());
    }

    [Fact]
    public async Task ARelayCarriesBothWaysAndPassesAHalfCloseOn()
    {
        using var net = new LabNet();
        using var listener = net.Socket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 22));
        listener.Listen(1);
        using var relay = new Relay(0, net.Socket, 22);
        using var outside = new TcpClient();
        await outside.ConnectAsync(IPAddress.Loopback, relay.Port).WaitAsync(Deadline);
        using var inside = await listener.AcceptAsync().WaitAsync(Deadline);
        await outside.Client.SendAsync(Encoding.ASCII.GetBytes("question"));
        outside.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await ReadToEnd(inside));
        // The question's end has come through; the answer still can.
        await inside.SendAsync(Encoding.ASCII.GetBytes("answer"));
        inside.Dispose();
        Assert.Equal("answer", await ReadToEnd(outside.Client));
    }

    [Fact]
    public async Task ARelayToAMachineThatIsOffClosesAtOnce()
    {
        using var relay = new Relay(0, () => null, 22);
        using var outside = new TcpClient();
        await outside.ConnectAsync(IPAddress.Loopback, relay.Port).WaitAsync(Deadline);
        Assert.Equal("", await ReadToEnd(outside.Client));
    }

    [Fact]
    public void ARelayKeepsItsPortWhenItIsFreeAndTakesAnotherWhenItIsNot()
    {
        using var first = new Relay(0, () => null, 22);
        using (var second = new Relay(first.Port, () => null, 22))
            Assert.NotEqual(first.Port, second.Port);
        var port = first.Port;
        first.Dispose();
        using var again = new Relay(port, () => null, 22);
        Assert.Equal(port, again.Port);
    }

    [Fact]
    public async Task ARelayServesNoMoreThanItsLimitAtATime()
    {
        using var net = new LabNet();
        using var listener = net.Socket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 22));
        listener.Listen(LabLimits.RelayConnections * 2);
        using var relay = new Relay(0, net.Socket, 22);
        var outside = new List<TcpClient>();
        for (var count = 0; count <= LabLimits.RelayConnections; count++)
        {
            outside.Add(new());
            await outside[^1].ConnectAsync(IPAddress.Loopback, relay.Port).WaitAsync(Deadline);
        }
        var inside = new List<Socket>();
        while (inside.Count < LabLimits.RelayConnections)
            inside.Add(await listener.AcceptAsync().WaitAsync(Deadline));
        var waiting = listener.AcceptAsync();
        // Broken off, not just closed: one closed side leaves the other open.
        outside[0].Client.Close(timeout: 0);
        inside.Add(await waiting.WaitAsync(Deadline));
        outside.ForEach(client => client.Dispose());
        inside.ForEach(socket => socket.Dispose());
    }

    private static async Task<string> ReadToEnd(Socket socket)
    {
        var read = new List<byte>();
        var buffer = new byte[100];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).WaitAsync(Deadline)) > 0)
            read.AddRange(buffer.AsSpan(0, count));
        return Encoding.ASCII.GetString([.. read]);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using G8os.Linux.Namespaces;
using G8os.Linux.Netlink;
using G8os.Linux.Sockets;
using Xunit;

namespace G8os.Linux.Tests.Sockets;

public sealed class ArpTests
{
    private const string MacA = "02:00:5e:10:00:01", MacB = "02:00:5e:10:00:02";
    private static readonly IPAddress A = IPAddress.Parse("192.0.2.1"), B = IPAddress.Parse("192.0.2.2");

    /// <summary>Two namespaces with a wire between them, up, without any address.</summary>
    private sealed class Wire : IDisposable
    {
        internal NetNamespace Here { get; } = NetNamespace.Create();
        internal NetNamespace There { get; } = NetNamespace.Create();
        internal RtNetlink Near { get; }
        internal RtNetlink Far { get; }
        internal int NearLink { get; }
        internal int FarLink { get; }

        internal Wire()
        {
            Near = Here.Run(() => new RtNetlink());
            Far = There.Run(() => new RtNetlink());
            Near.CreateVeth("eth0", null, "eth0", There.Number, MacA, MacB);
            (NearLink, FarLink) = (Near.Link("eth0")!.Index, Far.Link("eth0")!.Index);
            Near.SetLink(NearLink, up: true);
            Far.SetLink(FarLink, up: true);
        }

        public void Dispose()
        {
            Near.Dispose();
            Far.Dispose();
            Here.Dispose();
            There.Dispose();
        }
    }

    [Fact]
    public async Task The_kernel_answers_our_probe_when_it_has_the_address()
    {
        using var wire = new Wire();
        wire.Far.AddAddress(wire.FarLink, B, 24);
        var heard = new ConcurrentQueue<ArpFrame>();
        using var arp = wire.Here.Run(() => new ArpSocket(wire.NearLink, heard.Enqueue));
        await Wait.Until(() =>
        {
            arp.Send(ArpFrame.Probe(MacA, B));      // again and again: a new wire drops the first ones until its carrier is known
            return heard.Any(frame => frame is { Operation: 2, SenderMac: MacB } && frame.SenderIp.Equals(B));
        }, "the answer");
    }

    [Fact]
    public async Task Two_sockets_talk_without_any_address()
    {
        using var wire = new Wire();
        var answers = new ConcurrentQueue<ArpFrame>();
        ArpSocket? far = null;
        using var asked = new ManualResetEventSlim();
        far = wire.There.Run(() => new ArpSocket(wire.FarLink, request =>
        {
            asked.Wait();
            far!.Send(ArpFrame.Answer(MacB, B, request));
        }));
        asked.Set();
        using (far)
        using (var near = wire.Here.Run(() => new ArpSocket(wire.NearLink, answers.Enqueue)))
        {
            await Wait.Until(() =>
            {
                near.Send(ArpFrame.Ask(MacA, A, B));
                return !answers.IsEmpty;
            }, "the answer");
            Assert.Equal(new ArpFrame(2, MacB, B, MacA, A, MacA), answers.First());
        }
    }

    [Fact]
    public async Task A_link_that_was_down_is_heard_again()
    {
        using var wire = new Wire();
        var heard = new ConcurrentQueue<ArpFrame>();
        using var near = wire.Here.Run(() => new ArpSocket(wire.NearLink, heard.Enqueue));
        using var far = wire.There.Run(() => new ArpSocket(wire.FarLink, _ => { }));
        wire.Near.SetLink(wire.NearLink, up: false);
        Assert.Equal(100, Assert.Throws<LinuxException>(() => near.Send(ArpFrame.Probe(MacA, B))).Errno);
        wire.Near.SetLink(wire.NearLink, up: true);
        await Wait.Until(() =>
        {
            far.Send(ArpFrame.Announcement(MacB, B));
            return !heard.IsEmpty;
        }, "an announcement");
    }

    [Fact]
    public void A_frame_reads_back_as_built_and_a_probe_names_nobody()
    {
        var probe = ArpFrame.Probe(MacA, B);
        Assert.Equal(42, probe.ToBytes().Length);
        Assert.Equal(probe, ArpFrame.Parse(probe.ToBytes()));
        Assert.True(probe.IsProbe);
        Assert.False(ArpFrame.Announcement(MacA, B).IsProbe);
        Assert.Equal("ffffffffffff02005e100001080600010800060400010" + "2005e10000100000000000000000000c0000202", Convert.ToHexStringLower(probe.ToBytes()));
    }

    [Fact]
    public void A_bound_socket_leaves_by_its_link_only()
    {
        using var wire = new Wire();
        wire.Near.AddAddress(wire.NearLink, A, 24);
        wire.Here.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            BoundSocket.Bind(socket, "eth0", A);
            Assert.Equal(A, ((IPEndPoint)socket.LocalEndPoint!).Address);
            using var wrong = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Assert.True(Assert.Throws<LinuxException>(() => BoundSocket.Bind(wrong, "eth9")).Missing);
        });
    }
}

using System.Net;
using G8os.Linux.Mounts;
using G8os.Linux.Netlink;
using G8os.Linux.Sockets;
using Xunit;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Tests.Netlink;

/// <summary>Parsers of what comes from outside: any bytes give a result, never an exception. Seeded, so that a failure comes again.</summary>
public sealed class ParserFuzzTests
{
    private const int Rounds = 200_000, Seed = 20261122;

    private static byte[][] Messages() =>
    [
        new NetlinkRequest(RTM_NEWLINK, 0).LinkHeader(7, IFF_UP | IFF_LOWER_UP).Text(IFLA_IFNAME, "eth0").Mac("02:00:5e:10:00:01").U32(IFLA_MTU, 1500).U32(IFLA_MASTER, 3)
            .Nested(IFLA_LINKINFO, info => info.Text(IFLA_INFO_KIND, "veth")).Finish(1).ToArray(),
        new NetlinkRequest(RTM_NEWADDR, 0).AddressHeader(2, 24, 0, 0, 7).Ip(IFA_LOCAL, IPAddress.Parse("192.0.2.10")).U32(IFA_FLAGS, 0x200).U8(IFA_PROTO, 9).Finish(2).ToArray(),
        new NetlinkRequest(RTM_DELADDR, 0).AddressHeader(10, 64, 0, 0, 7).Ip(IFA_ADDRESS, IPAddress.Parse("2001:db8::1")).Finish(3).ToArray(),
        new NetlinkRequest(RTM_NEWROUTE, 0).RouteHeader(2, 24, 0, 0, 4, 0, 1).Ip(RTA_DST, IPAddress.Parse("198.51.100.0")).Ip(RTA_GATEWAY, IPAddress.Parse("192.0.2.1"))
            .U32(RTA_OIF, 7).U32(RTA_TABLE, 1234).Finish(4).ToArray(),
        new NetlinkRequest(RTM_NEWROUTE, 0).RouteHeader(2, 0, 0, 254, 4, 0, 1)
            .Attribute(RTA_MULTIPATH, [16, 0, 0, 0, 7, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 1]).Finish(5).ToArray(),
        new NetlinkRequest(RTM_NEWRULE, 0).RouteHeader(10, 0, 128, 0, 0, 0, 1).Ip(FRA_SRC, IPAddress.Parse("2001:db8::10")).U32(FRA_TABLE, 1234).U32(FRA_PRIORITY, 9).Finish(6).ToArray(),
        Refusal(),
    ];

    /// <summary>NLMSG_ERROR, capped, with the kernel's words behind it.</summary>
    private static byte[] Refusal()
    {
        var message = new NetlinkRequest(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS).RouteHeader(0xee, 0xff, 0xff, 0, 0, 0, 0).AddressHeader(0, 0, 0, 0, 0)
            .Text(NLMSGERR_ATTR_MSG, "Nexthop has invalid gateway").Finish(7).ToArray();
        message.AsSpan(16, 4).Clear();
        BitConverter.TryWriteBytes(message.AsSpan(16), -22);
        return message;
    }

    [Fact]
    public void Whole_messages_are_understood()
    {
        var parsed = NetlinkParser.Parse(Messages().SelectMany(message => message.Concat(new byte[((message.Length + 3) & ~3) - message.Length])).ToArray());
        Assert.Equal(7, parsed.Count);
        Assert.Equal(new LinkChanged(new(7, "eth0", "02:00:5e:10:00:01", true, true, 1500, "veth", 3, null, false)), parsed[0].Event);
        Assert.Equal(new AddressChanged(new(7, IPAddress.Parse("192.0.2.10"), 24, 9, AddressFlags.NoPrefixRoute, 0)), parsed[1].Event);
        Assert.Equal(new AddressRemoved(new(7, IPAddress.Parse("2001:db8::1"), 64, 0, 0, 0)), parsed[2].Event);
        Assert.Equal(new RouteChanged(new(IPNetwork.Parse("198.51.100.0/24"), IPAddress.Parse("192.0.2.1"), 7, 1234)), parsed[3].Event);
        Assert.Equal(new RouteChanged(new(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("192.0.2.1"), 7)), parsed[4].Event);
        Assert.Equal(new RuleChanged(new(System.Net.Sockets.AddressFamily.InterNetworkV6, IPNetwork.Parse("2001:db8::10/128"), 1234, 9, 0)), parsed[5].Event);
        Assert.Equal((22, "Nexthop has invalid gateway"), (parsed[6].Errno, parsed[6].Reason));
    }

    [Fact]
    public void Broken_netlink_never_throws()
    {
        var random = new Random(Seed);
        var seeds = Messages();
        var understood = 0;
        for (var round = 0; round < Rounds; round++)
            understood += NetlinkParser.Parse(Broken(random, seeds[round % seeds.Length])).Count;
        Assert.InRange(understood, Rounds / 10, Rounds * 10);    // the mutations reach the inside of messages
    }

    [Fact]
    public void Broken_arp_never_throws()
    {
        var random = new Random(Seed);
        var seed = ArpFrame.Ask("02:00:5e:10:00:01", IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")).ToBytes();
        var understood = 0;
        for (var round = 0; round < Rounds; round++)
            if (ArpFrame.Parse(Broken(random, seed)) is { } frame)
            {
                Assert.NotNull(ArpFrame.Parse(frame.ToBytes()));
                understood++;
            }
        Assert.InRange(understood, Rounds / 100, Rounds);
    }

    [Fact]
    public void Broken_mount_tables_never_throw()
    {
        var random = new Random(Seed);
        var seed = System.Text.Encoding.UTF8.GetBytes(@"36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" + "\n");
        for (var round = 0; round < Rounds / 4; round++)
            MountTable.Parse(System.Text.Encoding.UTF8.GetString(Broken(random, seed)));
    }

    /// <summary>Some bytes changed, at times cut, doubled or all random.</summary>
    private static byte[] Broken(Random random, byte[] seed)
    {
        var bytes = (byte[])seed.Clone();
        switch (random.Next(8))
        {
            case 0: bytes = new byte[random.Next(0, 200)]; random.NextBytes(bytes); break;
            case 1: bytes = bytes[..random.Next(bytes.Length)]; break;
            case 2: bytes = [.. bytes, .. bytes]; break;
        }
        for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) switch { 0 => 0, 1 => 255, _ => random.Next(256) });
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>Message bodies to entries. Null when the body is too short or of a family we do not speak. Pure.</summary>
internal static class EntryParser
{
    private const int LinkHeader = 16, AddressHeader = 8, RouteHeader = 12, RuleHeader = 12, NextHopHeader = 8;

    /// <summary>struct ifinfomsg and its attributes.</summary>
    internal static LinkEntry? Link(ReadOnlySpan<byte> body)
    {
        if (body.Length < LinkHeader || body[0] != 0)
            return null;    // AF_BRIDGE and AF_INET6 send partial views under the same type
        var index = BinaryPrimitives.ReadInt32LittleEndian(body[4..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        string name = "", mac = "", kind = "";
        string? permanent = null;
        int? master = null;
        uint mtu = 0;
        var attributes = new AttributeReader(body[LinkHeader..]);
        while (attributes.Next())
            switch (attributes.Type)
            {
                case IFLA_IFNAME: name = attributes.Text; break;
                case IFLA_ADDRESS: mac = attributes.Mac; break;
                case IFLA_MTU: mtu = attributes.U32; break;
                case IFLA_MASTER: master = (int)attributes.U32; break;
                case IFLA_PERM_ADDRESS: permanent = attributes.Mac; break;
                case IFLA_LINKINFO: kind = Kind(attributes.Value); break;
            }
        return new(index, name, mac, (flags & IFF_UP) != 0, (flags & IFF_LOWER_UP) != 0, (int)Math.Min(mtu, int.MaxValue), kind, master,
            permanent is "" ? null : permanent, (flags & IFF_LOOPBACK) != 0);
    }

    private static string Kind(ReadOnlySpan<byte> linkInfo)
    {
        var attributes = new AttributeReader(linkInfo);
        while (attributes.Next())
            if (attributes.Type == IFLA_INFO_KIND)
                return attributes.Text;
        return "";
    }

    /// <summary>struct ifaddrmsg and its attributes.</summary>
    internal static AddressEntry? Address(ReadOnlySpan<byte> body)
    {
        if (body.Length < AddressHeader || Width(body[0]) is not { } width)
            return null;
        IPAddress? local = null, address = null;
        uint flags = body[2];
        byte protocol = 0;
        var attributes = new AttributeReader(body[AddressHeader..]);
        while (attributes.Next())
            switch (attributes.Type)
            {
                case IFA_LOCAL: local = Ip(attributes.Value, width); break;
                case IFA_ADDRESS: address = Ip(attributes.Value, width); break;
                case IFA_FLAGS: flags = attributes.U32; break;
                case IFA_PROTO: protocol = attributes.U8; break;
            }
        if ((local ?? address) is not { } own || body[1] > width * 8)
            return null;
        return new(BinaryPrimitives.ReadInt32LittleEndian(body[4..]), own, body[1], protocol, (AddressFlags)flags, body[3]);
    }

    /// <summary>struct rtmsg and its attributes.</summary>
    internal static RouteEntry? Route(ReadOnlySpan<byte> body)
    {
        if (body.Length < RouteHeader || Width(body[0]) is not { } width || body[1] > width * 8)
            return null;
        if ((BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) & RTM_F_CLONED) != 0)
            return null;    // a cache entry, not a route
        ReadOnlySpan<byte> destination = default;
        IPAddress? gateway = null, source = null;
        var link = 0;
        uint table = body[4], metric = 0;
        var attributes = new AttributeReader(body[RouteHeader..]);
        while (attributes.Next())
            switch (attributes.Type)
            {
                case RTA_DST: destination = attributes.Value; break;
                case RTA_GATEWAY: gateway = Ip(attributes.Value, width); break;
                case RTA_PREFSRC: source = Ip(attributes.Value, width); break;
                case RTA_OIF: link = (int)attributes.U32; break;
                case RTA_TABLE: table = attributes.U32; break;
                case RTA_PRIORITY: metric = attributes.U32; break;
                case RTA_MULTIPATH: (link, gateway) = FirstHop(attributes.Value, width); break;
            }
        return new(Network(destination, width, body[1]), gateway, link, table, metric, body[5], body[6], source, body[7]);
    }

    /// <summary>struct rtnexthop: length, flags, hops, interface index, attributes.</summary>
    private static (int Link, IPAddress? Gateway) FirstHop(ReadOnlySpan<byte> hops, int width)
    {
        if (hops.Length < NextHopHeader)
            return (0, null);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(hops);
        var link = BinaryPrimitives.ReadInt32LittleEndian(hops[4..]);
        if (length < NextHopHeader || length > hops.Length)
            return (link, null);
        var attributes = new AttributeReader(hops[NextHopHeader..length]);
        while (attributes.Next())
            if (attributes.Type == RTA_GATEWAY)
                return (link, Ip(attributes.Value, width));
        return (link, null);
    }

    /// <summary>struct fib_rule_hdr and its attributes.</summary>
    internal static RuleEntry? Rule(ReadOnlySpan<byte> body)
    {
        if (body.Length < RuleHeader || Width(body[0]) is not { } width || body[2] > width * 8)
            return null;
        ReadOnlySpan<byte> source = default;
        uint table = body[4], priority = 0;
        byte protocol = 0;
        var more = body[1] != 0 || body[3] != 0 || body[7] != FR_ACT_TO_TBL || (BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) & FIB_RULE_INVERT) != 0;
        var attributes = new AttributeReader(body[RuleHeader..]);
        while (attributes.Next())
            switch (attributes.Type)
            {
                case FRA_SRC: source = attributes.Value; break;
                case FRA_TABLE: table = attributes.U32; break;
                case FRA_PRIORITY: priority = attributes.U32; break;
                case FRA_PROTOCOL: protocol = attributes.U8; break;
                case FRA_SUPPRESS_PREFIXLEN: more |= attributes.U32 != uint.MaxValue; break;
                case FRA_L3MDEV: more |= attributes.U8 != 0; break;
                default: more = true; break;
            }
        return new(Family(width), body[2] == 0 ? null : Network(source, width, body[2]), table, priority, protocol, more);
    }

    private static int? Width(byte family) => family switch { Libc.AF_INET => 4, Libc.AF_INET6 => 16, _ => null };

    private static AddressFamily Family(int width) => width == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private static IPAddress? Ip(ReadOnlySpan<byte> value, int width) => value.Length == width ? new IPAddress(value) : null;

    /// <summary>A prefix with its host bits cleared, since the sender may have left any behind.</summary>
    private static IPNetwork Network(ReadOnlySpan<byte> value, int width, int prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..width];
        bytes.Clear();
        value[..Math.Min(value.Length, width)].CopyTo(bytes);
        for (var bit = prefix; bit < width * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}

using System.Buffers.Binary;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>Takes netlink datagrams apart. Pure: no socket, no exception for any input, a message that does not fit ends the datagram.</summary>
public static class NetlinkParser
{
    /// <summary>All messages of one datagram as received from a NETLINK_ROUTE socket, in order.</summary>
    public static IReadOnlyList<NetlinkMessage> Parse(ReadOnlySpan<byte> datagram)
    {
        var messages = new List<NetlinkMessage>();
        while (datagram.Length >= NLMSG_HDRLEN)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(datagram);
            if (length < NLMSG_HDRLEN || length > datagram.Length)
                break;
            messages.Add(ParseOne(datagram[..(int)length]));
            datagram = datagram[Math.Min(datagram.Length, ((int)length + 3) & ~3)..];
        }
        return messages;
    }

    private static NetlinkMessage ParseOne(ReadOnlySpan<byte> message)
    {
        var type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(message[6..]);
        var sequence = BinaryPrimitives.ReadUInt32LittleEndian(message[8..]);
        var body = message[NLMSG_HDRLEN..];
        if (type is NLMSG_ERROR or NLMSG_DONE)
        {
            var errno = body.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(body) : 0;
            return new(type, flags, sequence, null, errno < 0 && errno != int.MinValue ? -errno : 0, Reason(body, type, flags));
        }
        return new(type, flags, sequence, Event(type, body));
    }

    private static NetlinkEvent? Event(ushort type, ReadOnlySpan<byte> body) => type switch
    {
        RTM_NEWLINK => EntryParser.Link(body) is { } link ? new LinkChanged(link) : null,
        RTM_DELLINK => EntryParser.Link(body) is { } link ? new LinkRemoved(link) : null,
        RTM_NEWADDR => EntryParser.Address(body) is { } address ? new AddressChanged(address) : null,
        RTM_DELADDR => EntryParser.Address(body) is { } address ? new AddressRemoved(address) : null,
        RTM_NEWROUTE => EntryParser.Route(body) is { } route ? new RouteChanged(route) : null,
        RTM_DELROUTE => EntryParser.Route(body) is { } route ? new RouteRemoved(route) : null,
        RTM_NEWRULE => EntryParser.Rule(body) is { } rule ? new RuleChanged(rule) : null,
        RTM_DELRULE => EntryParser.Rule(body) is { } rule ? new RuleRemoved(rule) : null,
        _ => null,
    };

    /// <summary>NLMSGERR_ATTR_MSG behind the error number and, unless capped, behind a copy of our request.</summary>
    private static string? Reason(ReadOnlySpan<byte> body, ushort type, ushort flags)
    {
        if ((flags & NLM_F_ACK_TLVS) == 0)
            return null;
        var skip = 4;
        if (type == NLMSG_ERROR)
        {
            if (body.Length < 4 + NLMSG_HDRLEN)
                return null;
            var request = (flags & NLM_F_CAPPED) != 0 ? NLMSG_HDRLEN : BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
            if (request > body.Length - 4)
                return null;
            skip += ((int)request + 3) & ~3;
        }
        if (skip > body.Length)
            return null;
        var attributes = new AttributeReader(body[skip..]);
        while (attributes.Next())
            if (attributes.Type == NLMSGERR_ATTR_MSG)
                return attributes.Text;
        return null;
    }
}

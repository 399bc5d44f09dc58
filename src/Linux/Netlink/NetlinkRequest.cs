using System.Buffers.Binary;
using System.Net;
using System.Text;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>Builds one request message. A request of ours is a few hundred bytes; more than 4 KiB is a bug and throws.</summary>
internal sealed class NetlinkRequest
{
    private const int SizeMax = 4096;
    private readonly byte[] buffer = new byte[SizeMax];
    private int length = NLMSG_HDRLEN;

    internal NetlinkRequest(ushort type, ushort flags)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(6), (ushort)(flags | NLM_F_REQUEST));
    }

    /// <summary>struct ifinfomsg; also used for the peer inside VETH_INFO_PEER.</summary>
    internal NetlinkRequest LinkHeader(int index, uint flags = 0, uint change = 0)
    {
        var header = Reserve(16);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], change);
        return this;
    }

    /// <summary>struct ifaddrmsg.</summary>
    internal NetlinkRequest AddressHeader(byte family, byte prefix, byte flags, byte scope, int index)
    {
        var header = Reserve(8);
        (header[0], header[1], header[2], header[3]) = (family, prefix, flags, scope);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        return this;
    }

    /// <summary>struct rtmsg, and with other meanings struct fib_rule_hdr: both are 12 bytes.</summary>
    internal NetlinkRequest RouteHeader(byte family, byte destinationBits, byte sourceBits, byte table, byte protocol, byte scope, byte type)
    {
        var header = Reserve(12);
        (header[0], header[1], header[2]) = (family, destinationBits, sourceBits);
        (header[4], header[5], header[6], header[7]) = (table, protocol, scope, type);
        return this;
    }

    internal NetlinkRequest Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var span = Reserve((NLA_HDRLEN + value.Length + 3) & ~3);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)(NLA_HDRLEN + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(span[2..], type);
        value.CopyTo(span[NLA_HDRLEN..]);
        return this;
    }

    internal NetlinkRequest U8(ushort type, byte value) => Attribute(type, [value]);

    internal NetlinkRequest U32(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Attribute(type, bytes);
    }

    internal NetlinkRequest Text(ushort type, string value) => Attribute(type, [.. Encoding.UTF8.GetBytes(value), 0]);

    internal NetlinkRequest Ip(ushort type, IPAddress value) => Attribute(type, value.GetAddressBytes());

    internal NetlinkRequest Mac(string value) => Attribute(IFLA_ADDRESS, MacAddress.Parse(value));

    internal NetlinkRequest Nested(ushort type, Action<NetlinkRequest> content)
    {
        var start = length;
        Attribute((ushort)(type | NLA_F_NESTED), []);
        content(this);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(start), (ushort)(length - start));
        return this;
    }

    /// <summary>The finished message under its sequence number.</summary>
    internal ReadOnlySpan<byte> Finish(uint sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer, length);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(8), sequence);
        return buffer.AsSpan(0, length);
    }

    private Span<byte> Reserve(int size)
    {
        var span = buffer.AsSpan(length, size);
        length += size;
        return span;
    }
}

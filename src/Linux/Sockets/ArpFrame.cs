using System.Buffers.Binary;
using System.Net;
using G8os.Linux.Netlink;

namespace G8os.Linux.Sockets;

/// <summary>An ARP packet for IPv4 on Ethernet (RFC 826) with its Ethernet header. Hardware addresses are lower-case with colons.</summary>
/// <param name="Operation">1 request, 2 reply.</param>
/// <param name="SenderMac">Hardware address of the sender.</param>
/// <param name="SenderIp">Its IPv4 address; 0.0.0.0 in a probe.</param>
/// <param name="TargetMac">Hardware address asked for (zero) or answered.</param>
/// <param name="TargetIp">The address in question.</param>
/// <param name="Destination">Ethernet destination.</param>
public sealed record ArpFrame(ushort Operation, string SenderMac, IPAddress SenderIp, string TargetMac, IPAddress TargetIp, string Destination)
{
    /// <summary>Every machine of the segment.</summary>
    public const string Broadcast = "ff:ff:ff:ff:ff:ff";
    private const string Nobody = "00:00:00:00:00:00";
    private const int Size = 42, Header = 14;
    private const ushort EtherType = 0x0806, Ethernet = 1, Ipv4 = 0x0800, Request = 1, Reply = 2;

    /// <summary>"Who has TARGET?"</summary>
    public static ArpFrame Ask(string mac, IPAddress own, IPAddress target) => new(Request, mac, own, Nobody, target, Broadcast);

    /// <summary>RFC 5227 2.1.1: is the address in use? Says nothing about the asker's own address.</summary>
    public static ArpFrame Probe(string mac, IPAddress wanted) => Ask(mac, IPAddress.Any, wanted);

    /// <summary>RFC 5227 2.3: this address is mine.</summary>
    public static ArpFrame Announcement(string mac, IPAddress own) => Ask(mac, own, own);

    /// <summary>The reply to a request.</summary>
    public static ArpFrame Answer(string mac, IPAddress own, ArpFrame request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(Reply, mac, own, request.SenderMac, request.SenderIp, request.SenderMac);
    }

    /// <summary>RFC 5227 1.1: a request that carries no sender address.</summary>
    public bool IsProbe => Operation == Request && SenderIp.Equals(IPAddress.Any);

    /// <summary>The 42 bytes on the wire; the link pads them.</summary>
    public byte[] ToBytes()
    {
        var frame = new byte[Size];
        MacAddress.Parse(Destination).CopyTo(frame, 0);
        MacAddress.Parse(SenderMac).CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherType);
        var packet = frame.AsSpan(Header);
        BinaryPrimitives.WriteUInt16BigEndian(packet, Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Ipv4);
        (packet[4], packet[5]) = (6, 4);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], Operation);
        MacAddress.Parse(SenderMac).CopyTo(packet[8..]);
        SenderIp.GetAddressBytes().CopyTo(packet[14..]);
        MacAddress.Parse(TargetMac).CopyTo(packet[18..]);
        TargetIp.GetAddressBytes().CopyTo(packet[24..]);
        return frame;
    }

    /// <summary>Reads a frame; null when it is not ARP for IPv4 on Ethernet or is cut short. Pure, for any input.</summary>
    public static ArpFrame? Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < Size || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType)
            return null;
        var packet = frame[Header..];
        var operation = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(packet) != Ethernet || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != Ipv4
            || packet[4] != 6 || packet[5] != 4 || operation is not (Request or Reply))
            return null;
        return new(operation, MacAddress.Format(packet.Slice(8, 6)), new(packet.Slice(14, 4)), MacAddress.Format(packet.Slice(18, 6)),
            new(packet.Slice(24, 4)), MacAddress.Format(frame[..6]));
    }
}

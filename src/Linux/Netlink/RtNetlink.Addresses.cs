using System.Net;
using System.Net.Sockets;
using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

public sealed partial class RtNetlink
{
    /// <summary>All IPv4 and IPv6 addresses.</summary>
    public IReadOnlyList<AddressEntry> Addresses() => Dump(
        () => new NetlinkRequest(RTM_GETADDR, NLM_F_DUMP).AddressHeader(0, 0, 0, 0, 0), seen => (seen as AddressChanged)?.Address, "addresses");

    /// <summary>Adds an address. One that is there already is an error with <see cref="LinuxException.Exists"/>.</summary>
    /// <param name="ifindex">The link.</param>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="prefixLength">Bits of its network.</param>
    /// <param name="protocol">Who sets it (IFA_PROTO), to find ours again.</param>
    /// <param name="flags">E.g. <see cref="AddressFlags.NoPrefixRoute"/>.</param>
    public void AddAddress(int ifindex, IPAddress address, int prefixLength, byte protocol = 0, AddressFlags flags = AddressFlags.None) =>
        Change(Address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifindex, address, prefixLength, protocol, flags),
            () => $"add {address}/{prefixLength} to {NameOf(ifindex)}");

    /// <summary>Removes an address. One that is not there is an error (EADDRNOTAVAIL, 99).</summary>
    public void RemoveAddress(int ifindex, IPAddress address, int prefixLength) =>
        Change(Address(RTM_DELADDR, 0, ifindex, address, prefixLength, 0, AddressFlags.None), () => $"remove {address}/{prefixLength} from {NameOf(ifindex)}");

    private static NetlinkRequest Address(ushort type, ushort how, int ifindex, IPAddress address, int prefixLength, byte protocol, AddressFlags flags)
    {
        var request = new NetlinkRequest(type, (ushort)(how | NLM_F_ACK))
            .AddressHeader(FamilyOf(address), (byte)prefixLength, 0, 0, ifindex).Ip(IFA_LOCAL, address).Ip(IFA_ADDRESS, address);
        if (flags != AddressFlags.None)
            request.U32(IFA_FLAGS, (uint)flags);
        return protocol == 0 ? request : request.U8(IFA_PROTO, protocol);
    }

    private static byte FamilyOf(IPAddress address) => FamilyOf(address.AddressFamily);

    private static byte FamilyOf(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => Libc.AF_INET,
        AddressFamily.InterNetworkV6 => Libc.AF_INET6,
        _ => throw new ArgumentException($"cannot use address family {family}: expected IPv4 or IPv6", nameof(family)),
    };
}

namespace G8os.Linux.Netlink;

/// <summary>A network link as the kernel shows it (RTM_NEWLINK, linux/if_link.h).</summary>
/// <param name="Index">Interface index, unique in its network namespace.</param>
/// <param name="Name">Kernel name, at most 15 bytes.</param>
/// <param name="Mac">Hardware address, lower-case with colons; empty when the link has none.</param>
/// <param name="Up">Set up by the administrator (IFF_UP).</param>
/// <param name="Carrier">Up and the other side is there (IFF_LOWER_UP).</param>
/// <param name="Mtu">Bytes of one packet.</param>
/// <param name="Kind">"veth", "bridge", …; empty for hardware.</param>
/// <param name="MasterIndex">The bridge or bond it belongs to.</param>
/// <param name="PermanentMac">The address burnt in, when the driver knows one.</param>
/// <param name="Loopback">The loopback link.</param>
public sealed record LinkEntry(
    int Index, string Name, string Mac, bool Up, bool Carrier, int Mtu, string Kind, int? MasterIndex, string? PermanentMac, bool Loopback);

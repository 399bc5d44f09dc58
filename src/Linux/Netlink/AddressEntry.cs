using System.Net;

namespace G8os.Linux.Netlink;

/// <summary>An address of a link (RTM_NEWADDR, linux/if_addr.h).</summary>
/// <param name="InterfaceIndex">The link.</param>
/// <param name="Address">The local address, IPv4 or IPv6.</param>
/// <param name="PrefixLength">0–32 or 0–128.</param>
/// <param name="Protocol">Who set it (IFA_PROTO, kernel ≥ 5.18); 0 when nobody said.</param>
/// <param name="Flags">IFA_F_* bits, see <see cref="AddressFlags"/>.</param>
/// <param name="Scope">0 global, 253 link, 254 host.</param>
public sealed record AddressEntry(int InterfaceIndex, IPAddress Address, int PrefixLength, byte Protocol, AddressFlags Flags, byte Scope)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>Bits of an address (IFA_F_*, linux/if_addr.h).</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,
    /// <summary>No duplicate detection (IPv6).</summary>
    NoDuplicateDetection = 0x02,
    /// <summary>Duplicate detection failed: the address is not in use here.</summary>
    DuplicateFound = 0x08,
    /// <summary>Duplicate detection still runs: the address cannot be used yet.</summary>
    Tentative = 0x40,
    /// <summary>Has no lifetime.</summary>
    Permanent = 0x80,
    /// <summary>The kernel adds no prefix route for it.</summary>
    NoPrefixRoute = 0x200,
}

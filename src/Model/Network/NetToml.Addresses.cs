using System.Net;
using System.Net.Sockets;
using G8os.Model.Toml;

namespace G8os.Model.Network;

// "addresses" and "gateway" of a link.
public static partial class NetToml
{
    public const int MaxAddresses = 64;

    private static List<IpPrefix> ReadAddresses(TomlReader link, Dictionary<IPAddress, string> taken, string name)
    {
        var good = new List<IpPrefix>();
        foreach (var text in link.Strings("addresses", MaxAddresses))
        {
            if (FaultOf(text.Text, out var address) is { } fault)
                link.Errors.Add(text.Place, $"bad address {Words.Quote(text.Text)}: {fault}");
            else if (!taken.TryAdd(address!.Address, name))
                link.Errors.Add(text.Place, $"{address.Address} is an address of [link.{taken[address.Address]}] already");
            else
                good.Add(address);
        }
        return good;
    }

    private static string? FaultOf(string text, out IpPrefix? address)
    {
        if (!IpPrefix.TryParse(text, out address))
        {
            return IpPrefix.TryParseAddress(text, out var bare)
                ? $"its prefix length is missing, for example \"{bare}/{(bare.AddressFamily == AddressFamily.InterNetworkV6 ? 64 : 24)}\""
                : "expected ADDRESS/PREFIX like \"192.0.2.10/24\" or \"2001:db8::10/64\"";
        }
        if (!IsHost(address.Address) || address.Length == 0)
            return "it is no address of a single machine";
        // Subnets of one or two addresses (RFC 3021) have none to spare.
        if (address is { IsV6: false, Length: <= 30 } && address.Address.Equals(address.Network))
            return $"it is the name of the network {address.Network}/{address.Length}, not an address in it";
        if (address is { IsV6: false, Length: <= 30 } && address.Address.Equals(address.Last))
            return $"it is the broadcast address of {address.Network}/{address.Length}";
        return null;
    }

    private static string? ReadGateway(TomlReader link, List<IpPrefix> addresses)
    {
        if (link.String("gateway") is not { } text)
            return null;
        if (!IpPrefix.TryParseAddress(text.Text, out var gateway) || !IsHost(gateway))
            link.Errors.Add(text.Place, $"bad gateway {Words.Quote(text.Text)}: expected an address like \"192.0.2.1\"");
        else if (addresses.Any(address => address.Address.Equals(gateway)))
            link.Errors.Add(text.Place, $"bad gateway {gateway}: it is the link's own address");
        else if (addresses.Count > 0 && !IsReached(gateway, addresses))
            link.Errors.Add(text.Place, $"bad gateway {gateway}: it is in none of the link's subnets ({Subnets(addresses)})");
        return gateway?.ToString();
    }

    /// <summary>A neighbour of the link: in one of its subnets, or IPv6 link-local.</summary>
    private static bool IsReached(IPAddress neighbour, List<IpPrefix> addresses) =>
        neighbour.IsIPv6LinkLocal || addresses.Any(address => address.Contains(neighbour) && (address.IsV6 || address.Length > 30
            || (!neighbour.Equals(address.Network) && !neighbour.Equals(address.Last))));

    private static string Subnets(List<IpPrefix> addresses) =>
        string.Join(", ", addresses.Take(4).Select(address => $"{address.Network}/{address.Length}")) + (addresses.Count > 4 ? ", …" : "");

    /// <summary>An address one machine can have: not unspecified, loopback, multicast, reserved or IPv4 in IPv6.</summary>
    private static bool IsHost(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6 && !address.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(address);
        return address.GetAddressBytes()[0] is not (0 or 127 or >= 224);
    }
}

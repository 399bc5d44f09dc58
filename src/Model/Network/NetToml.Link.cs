using System.Net;
using G8os.Model.Toml;

namespace G8os.Model.Network;

// The [link.NAME] tables.
public static partial class NetToml
{
    public const int MaxLinks = 256;
    public const int MaxDns = 8;
    /// <summary>RFC 791: every IPv4 link carries 68 bytes; RFC 8200: every IPv6 link carries 1280.</summary>
    private const int MinMtu = 68;
    private const int MinMtuV6 = 1280;
    private const int MaxMtu = 65_535;
    /// <summary>A word of the format; no candidate of this version would use such a link.</summary>
    private const string LaterMode = "slaac";
    /// <summary>In the order of <see cref="LinkMode"/>.</summary>
    private static readonly string[] Modes = ["static", "dhcp", "slaac", "none"];

    private static Values<LinkConfig> ReadLinks(TomlReader file)
    {
        var links = new SortedDictionary<string, LinkConfig>(StringComparer.Ordinal);
        var hardware = new Dictionary<string, string>(StringComparer.Ordinal);
        var addresses = new Dictionary<IPAddress, string>();
        foreach (var (name, link) in file.Named("link", MaxLinks))
        {
            if (!IsLinkName(name.Text))
                link.Errors.Add(name.Place, $"bad link name {Words.Quote(name.Text)}: {NameRule}");
            if (ReadLink(name.Text, link, hardware, addresses) is { } config)
                links[name.Text] = config;
        }
        return links.Values.ToValues();
    }

    private static LinkConfig? ReadLink(string name, TomlReader link, Dictionary<string, string> hardware, Dictionary<IPAddress, string> taken)
    {
        var match = ReadMatch(link, hardware, name);
        var mode = ReadMode(link);
        var addresses = ReadAddresses(link, taken, name);
        var gateway = ReadGateway(link, addresses);
        var config = new LinkConfig
        {
            Name = name,
            Match = match ?? new(),
            Mode = mode ?? LinkMode.None,
            Addresses = addresses.Select(address => address.ToString()).ToValues(),
            Gateway = gateway,
            Dns = ReadDns(link),
            Mtu = ReadMtu(link, addresses),
            Routes = ReadRoutes(link, addresses, mode),
        };
        if (mode is { } known)
            CheckMode(link, known);
        link.End();
        return match is null || mode is null ? null : config;
    }

    private static LinkMode? ReadMode(TomlReader link)
    {
        if (!link.Has("mode"))
            link.Missing("mode", "mode = \"dhcp\"");
        if (link.String("mode") is not { } word)
            return null;
        if (word.Text == LaterMode)
            link.Errors.Add(word.Place, $"mode {Words.Quote(LaterMode)} is not supported by this version");
        else if (Array.IndexOf(Modes, word.Text) is var mode and >= 0)
            return (LinkMode)mode;
        else
            link.Errors.Add(word.Place, $"unknown mode {Words.Quote(word.Text)}{Words.Hint(word.Text, [.. Modes.Where(known => known != LaterMode)])}");
        return null;
    }

    /// <summary>What a mode needs and what it forbids.</summary>
    private static void CheckMode(TomlReader link, LinkMode mode)
    {
        var word = Modes[(int)mode];
        if (mode == LinkMode.Static && (!link.Has("addresses") || link.Table.Find("addresses")?.Value is { Kind: TomlKind.Array, Items.Count: 0 }))
            link.Errors.Add(link.PlaceOf("mode"), $"{link.Table.Title}: mode \"static\" needs \"addresses\", for example addresses = [\"192.0.2.10/24\"]");
        string[] forbidden = mode switch
        {
            LinkMode.Static => [],
            LinkMode.None => ["addresses", "gateway", "dns", "mtu", "routes"],
            _ => ["addresses", "gateway"],
        };
        foreach (var key in forbidden.Where(link.Has))
        {
            var why = mode == LinkMode.None ? "such a link is never touched" : "the network gives it; write mode = \"static\" to choose it";
            link.Errors.Add(link.PlaceOf(key), $"{link.Name(key)} does not go with mode \"{word}\": {why}");
        }
    }

    private static Values<string> ReadDns(TomlReader link)
    {
        var servers = new List<string>();
        foreach (var server in link.Strings("dns", MaxDns))
        {
            if (!IpPrefix.TryParseAddress(server.Text, out var address) || !IsHost(address))
                link.Errors.Add(server.Place, $"bad DNS server {Words.Quote(server.Text)}: expected an address like \"192.0.2.53\"");
            else if (servers.Contains(address.ToString()))
                link.Errors.Add(server.Place, $"{Words.Quote(server.Text)} is written twice in {link.Name("dns")}");
            else
                servers.Add(address.ToString());
        }
        return servers.ToValues();
    }

    private static int? ReadMtu(TomlReader link, List<IpPrefix> addresses)
    {
        if (link.Integer("mtu", MinMtu, MaxMtu) is not { } mtu)
            return null;
        if (mtu < MinMtuV6 && addresses.Any(address => address.IsV6))
            link.Errors.Add(link.PlaceOf("mtu"), $"{link.Name("mtu")}: {mtu} is too small for an IPv6 address; expected at least {MinMtuV6}");
        return mtu;
    }
}

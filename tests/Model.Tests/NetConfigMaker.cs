using System.Net;
using G8os.Model.Network;

namespace G8os.Model.Tests;

/// <summary>Makes random configurations that keep the promises of <see cref="NetConfig"/>, the same for the same seed.</summary>
internal sealed class NetConfigMaker(int seed)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    private readonly Random random = new(seed);
    private readonly HashSet<string> used = [];

    public NetConfig Config() => new()
    {
        Controllers = new()
        {
            Trust = Maybe() ? "sha256:" + Convert.ToHexStringLower(Bytes(32)) : null,
            Urls = Some(1, NetToml.MaxUrls, () => $"https://{Word(12).Replace('_', 'x').Replace('.', 'y').TrimEnd('-')}.example.org:{random.Next(1, 65_536)}"),
        },
        Fallback = new()
        {
            Dhcp = Maybe(),
            Rescue = Maybe(),
            Exclude = Some(0, 5, () => Word(15)).Order(StringComparer.Ordinal).ToValues(),
        },
        Links = Some(0, 6, () => Word(15)).Order(StringComparer.Ordinal).Select(Link).ToValues(),
    };

    private LinkConfig Link(string name)
    {
        LinkMode[] modes = [LinkMode.Static, LinkMode.Dhcp, LinkMode.None];
        var mode = modes[random.Next(modes.Length)];
        var bare = new LinkConfig { Name = name, Match = Match(), Mode = mode };
        if (mode == LinkMode.None)
            return bare;
        bare = bare with { Dns = Some(0, 4, () => Address().ToString()), Mtu = Maybe() ? random.Next(1280, 65_536) : null };
        if (mode != LinkMode.Static)
            return bare;
        // The subnet's second address is the gateway; our own is above it.
        var subnet = Subnet();
        return bare with
        {
            Addresses = Some(1, 3, () => new IpPrefix(Plus(subnet.Network, random.Next(2, 100)), subnet.Length).ToString()),
            Gateway = Maybe() ? Plus(subnet.Network, 1).ToString() : null,
            Routes = Some(0, 3, () =>
            {
                var to = Subnet();
                var via = to.IsV6 == subnet.IsV6 && Maybe() ? Plus(subnet.Network, 1).ToString() : null;
                return new RouteConfig($"{to.Network}/{to.Length}", via, Maybe() ? random.Next() : 0);
            }),
        };
    }

    private LinkMatch Match() => random.Next(4) switch
    {
        0 => new() { Mac = string.Join(':', Bytes(5).Prepend((byte)0x52).Select(part => part.ToString("x2", null))) },
        1 => new() { Path = Pattern() },
        2 => new() { Driver = Pattern() },
        _ => new() { Name = Pattern() },
    };

    /// <summary>All visible ASCII, quotes and backslashes too.</summary>
    private string Pattern() => string.Concat(Enumerable.Range(0, random.Next(8, 129)).Select(_ => (char)random.Next('!', '~' + 1)));

    private IPAddress Address() => new([(byte)random.Next(1, 127), .. Bytes(3)]);

    private IpPrefix Subnet()
    {
        var v6 = Maybe();
        var prefix = v6 ? new IpPrefix(new([0x20, 0x01, 0x0d, 0xb8, .. Bytes(12)]), random.Next(48, 121)) : new IpPrefix(Address(), random.Next(8, 25));
        return new(prefix.Network, prefix.Length);
    }

    private static IPAddress Plus(IPAddress address, int number)
    {
        var bytes = address.GetAddressBytes();
        bytes[^1] = (byte)(bytes[^1] + number);
        return new(bytes);
    }

    /// <summary>Different items, also from those of other lists.</summary>
    private Values<string> Some(int least, int most, Func<string> make)
    {
        var list = new List<string>();
        for (var i = random.Next(least, most + 1); i > 0; i--)
        {
            if (make() is var item && used.Add(item))
                list.Add(item);
        }
        return list.ToValues();
    }

    private Values<RouteConfig> Some(int least, int most, Func<RouteConfig> make) =>
        Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => make()).DistinctBy(route => (route.To, route.Metric)).ToValues();

    private string Word(int longest) => "e" + string.Concat(Enumerable.Range(0, random.Next(4, longest)).Select(_ => Letters[random.Next(Letters.Length)]));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private bool Maybe() => random.Next(2) == 0;
}

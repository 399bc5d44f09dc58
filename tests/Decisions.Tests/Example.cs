using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Tests;

/// <summary>Links and configurations for examples.</summary>
internal static class Example
{
    public const string Url = "https://ac1.example.org:8443";

    public static LinkStatus Link(string name, bool carrier = true, bool up = true)
    {
        var number = name[^1] - '0';
        return new() { Name = name, Index = number + 2, Mac = $"02:00:00:00:00:0{number + 1}", Up = up, Carrier = carrier, Mtu = 1500 };
    }

    public static NetConfig Net(params LinkConfig[] links) => new() { Controllers = new() { Urls = [Url] }, Links = links.ToValues() };

    public static LinkConfig Static(string link, string address, string? gateway = null) =>
        new() { Name = link, Match = new() { Name = link }, Mode = LinkMode.Static, Addresses = [address], Gateway = gateway };

    public static LinkConfig Of(string link, LinkMode mode) => new() { Name = link, Match = new() { Name = link }, Mode = mode };

    public static Lease Lease(string address, string? router = null) => new() { Address = address, Router = router, Seconds = 600 };

    public static NetworkStarted Started(NetConfig config, params LinkStatus[] links) =>
        new() { At = 0, Config = config, Links = links.ToValues(), Seed = 42 };
}

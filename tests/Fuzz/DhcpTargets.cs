using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using G8os.Core.Run;
using G8os.Core.Run.Network;
using G8os.Decisions.Network;
using G8os.Model.Network;

namespace G8os.Fuzz;

/// <summary>What a DHCP server gave, by way of udhcpc's script: a lease that the planner can use, or none.</summary>
internal static class DhcpTargets
{
    private const int DnsMax = 4;

    public static readonly string[] EventWords =
        ["ip=", "mask=", "router=", "dns=", "lease=", "\n", " ", "24", "33", "0", "-1", "4294967295", "10.77.1.50", "10.77.1.1", "2001:db8::1", "::ffff:10.0.0.1", "0x7f.1", "1.2.3", "255.255.255.255"];

    public static readonly string[] NewsWords =
        ["{\"event\":", "\"link\":", "\"lease\":", "\"address\":", "\"router\":", "\"dns\":", "\"seconds\":", "null", "[", "]", "{", "}", ",", "\"bound\"", "\"eth0\"", "\"10.77.1.50/24\"", "1e99"];

    /// <summary>udhcpc's variables, one a line.</summary>
    public static void Event(ReadOnlySpan<byte> input)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                variables[line[..equals]] = line[(equals + 1)..];
        if (DhcpScript.Read(variables.GetValueOrDefault) is not { } lease)
            return;
        Check(lease);
        var sent = JsonSerializer.SerializeToUtf8Bytes(new DhcpNews("bound", "eth0", lease), CoreJson.Default.DhcpNews);
        if (DhcpEdge.Parse(sent)?.Lease != lease)
            throw new BrokenPromiseException($"sent to the core it differs: {Encoding.UTF8.GetString(sent)}");
    }

    /// <summary>The datagram that the script sends, or the file it leaves.</summary>
    public static void News(ReadOnlySpan<byte> input)
    {
        if (DhcpEdge.Parse(input) is not { } news)
            return;
        if (news.Event is null || news.Link is null)
            throw new BrokenPromiseException("news without an event or a link");
        if (news.Lease is { } lease)
            Check(lease);
    }

    private static void Check(Lease lease)
    {
        if (!IpPrefix.TryParse(lease.Address, out var prefix) || prefix.IsV6 || prefix.Length == 0)
            throw new BrokenPromiseException($"the address {lease.Address}");
        if (lease.Router is { } router && !IsV4(router))
            throw new BrokenPromiseException($"the router {router}");
        if (lease.Dns.Count > DnsMax || !lease.Dns.All(IsV4))
            throw new BrokenPromiseException($"the name servers {lease.Dns}");
        if (lease.Seconds < 0)
            throw new BrokenPromiseException($"{lease.Seconds} seconds");
    }

    private static bool IsV4(string text) => IpPrefix.TryParseAddress(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
}

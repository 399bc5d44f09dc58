using System.Net;
using System.Net.Sockets;

namespace G8os.Controller.Nodes;

/// <summary>A token bucket per remote address (a /64 for IPv6) or node id: what one may ask of us.</summary>
internal sealed class RateLimit(double perSecond, double burst)
{
    /// <summary>Requests of the node API per address: a site of a thousand nodes behind one address still comes up.</summary>
    public const int NodeRequestsPerSecond = 200;
    public const int NodeRequestsBurst = 2_000;

    /// <summary>Wrong operator tokens per address.</summary>
    public const int WrongTokensPerSecond = 10;
    public const int WrongTokensBurst = 100;

    /// <summary>Nodes nobody knows that one address may add to the pending ones: a site's first day, not a flood of rows.</summary>
    public const int UnknownNodesPerSecond = 1;
    public const int UnknownNodesBurst = 1_000;

    /// <summary>Proved requests of one node.</summary>
    public const int RequestsOfNodePerSecond = 2;
    public const int RequestsOfNodeBurst = 60;

    public const int MaxKeys = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (double Tokens, long Ticks)> buckets = [];

    /// <summary>Takes one; false when there is none left.</summary>
    public bool Take(IPAddress? address) => Spend(Network(address ?? IPAddress.None), 1);

    /// <summary>Takes one of a node's; false when there is none left.</summary>
    public bool Take(string nodeId) => Spend(nodeId, 1);

    /// <summary>True when there is one left, without taking it.</summary>
    public bool Has(IPAddress? address) => Spend(Network(address ?? IPAddress.None), 0);

    private bool Spend(string key, double cost)
    {
        var now = Environment.TickCount64;
        lock (gate)
        {
            if (buckets.Count >= MaxKeys && !buckets.ContainsKey(key))
                Forget(now);
            var (tokens, ticks) = buckets.GetValueOrDefault(key, (burst, now));
            tokens = Math.Min(burst, tokens + (now - ticks) / 1000.0 * perSecond);
            var good = tokens >= 1;
            if (good || cost > 0)
                buckets[key] = (good ? tokens - cost : tokens, now);
            return good;
        }
    }

    private void Forget(long now)
    {
        var full = buckets.Where(pair => pair.Value.Tokens + (now - pair.Value.Ticks) / 1000.0 * perSecond >= burst).Select(pair => pair.Key).ToArray();
        foreach (var key in full)
            buckets.Remove(key);
        if (buckets.Count >= MaxKeys)
            buckets.Clear();
    }

    private static string Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}

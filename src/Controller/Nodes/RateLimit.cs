using System.Net;
using System.Net.Sockets;

namespace G8os.Controller.Nodes;

/// <summary>A token bucket per remote address (a /64 for IPv6): what strangers may ask of us.</summary>
internal sealed class RateLimit(double perSecond, double burst)
{
    /// <summary>Requests of the node API per address: a site of a thousand nodes behind one address still comes up.</summary>
    public const int NodeRequestsPerSecond = 200;
    public const int NodeRequestsBurst = 2_000;

    /// <summary>Wrong operator tokens per address.</summary>
    public const int WrongTokensPerSecond = 10;
    public const int WrongTokensBurst = 100;

    public const int MaxAddresses = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (double Tokens, long Ticks)> buckets = [];

    /// <summary>Takes one; false when there is none left.</summary>
    public bool Take(IPAddress? address) => Spend(address, 1);

    /// <summary>True when there is one left, without taking it.</summary>
    public bool Has(IPAddress? address) => Spend(address, 0);

    private bool Spend(IPAddress? address, double cost)
    {
        var key = Network(address ?? IPAddress.None);
        var now = Environment.TickCount64;
        lock (gate)
        {
            if (buckets.Count >= MaxAddresses && !buckets.ContainsKey(key))
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
        if (buckets.Count >= MaxAddresses)
            buckets.Clear();
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}

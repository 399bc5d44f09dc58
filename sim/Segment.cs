using G8os.Decisions.Network;

namespace G8os.Sim;

public enum DhcpMode
{
    Absent,
    Present,
    /// <summary>Answers after 4 to 14 s.</summary>
    Late,
    /// <summary>Refuses what it gave before and gives nothing new.</summary>
    Nak,
}

/// <summary>One wire with everything on it that is no node: a DHCP server, a router, strangers, perhaps a controller at .254.</summary>
public sealed class Segment(int index)
{
    public int Index { get; } = index;
    public DhcpMode Dhcp { get; set; }
    /// <summary>The subnet leases are from; changes when somebody renumbers the site.</summary>
    public int Pool { get; set; } = 1;
    public int LeaseSeconds { get; set; } = 300;
    /// <summary>Bit c: the router of this segment leads to controller c.</summary>
    public int Routed { get; set; }
    /// <summary>Bit c: controller c wants 10.254.254.254 here.</summary>
    public int Rescue { get; set; }
    /// <summary>Percent of the rescue addresses that strangers hold.</summary>
    public int Strangers { get; set; }
    public int StrangerSalt { get; set; }
    /// <summary>Percent of ARP packets that are lost.</summary>
    public int ArpLoss { get; set; }
    public List<Nic> Nics { get; } = [];

    public string Static(int host) => $"10.{10 + Index}.0.{host}";
    public string StaticRouter { get; } = $"10.{10 + index}.0.1";
    public string Leased(int host) => $"10.{10 + Index}.{Pool}.{host}";

    /// <summary>True when a packet from this address, sent by this router, leaves the segment.</summary>
    public bool Carries(string address, string? router)
    {
        var prefix = Prefix(address);
        return router is not null && Prefix(router).SequenceEqual(prefix) && router.EndsWith(".1", StringComparison.Ordinal)
            && (Prefix(StaticRouter).SequenceEqual(prefix) || Prefix(Leased(1)).SequenceEqual(prefix));
    }

    public bool IsStranger(string address) =>
        Strangers > 0 && Octet(address) is >= 1 and <= 253 and var octet && (uint)((octet * 7919) ^ StrangerSalt) * 2654435761u % 100 < Strangers;

    public static int? Octet(string address) =>
        address.StartsWith(NetworkConstants.RescueNetwork, StringComparison.Ordinal) ? int.Parse(address.AsSpan(NetworkConstants.RescueNetwork.Length)) : null;

    private static ReadOnlySpan<char> Prefix(string address) => address.LastIndexOf('.') is > 0 and var dot ? address.AsSpan(0, dot) : address;
}

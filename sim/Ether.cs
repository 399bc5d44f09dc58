using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>Carries ARP packets over a segment: to whoever listens, answered by whoever holds the address, strangers among them.</summary>
public static class Ether
{
    public const string Nobody = "0.0.0.0";

    public static void Send(World world, Nic from, string sender, string target, Chance chance)
    {
        var segment = from.Segment!;
        foreach (var nic in segment.Nics)
        {
            if (Lost(segment, chance))
                continue;
            if (nic == from)
            {
                if (chance.Percent(5))
                    nic.Node.Hear(nic, from.Mac, sender, target, 1); // its own packet, reflected
                continue;
            }
            nic.Node.Hear(nic, from.Mac, sender, target, chance.Between(1, 5));
            if (sender != target && nic.Carrier && nic.Node.Kernel.Has(nic.Index, target))
                from.Node.Hear(from, nic.Mac, target, sender, chance.Between(2, 10));
        }
        if (Segment.Octet(target) is { } octet && segment.IsStranger(target) && !Lost(segment, chance))
            from.Node.Hear(from, StrangerMac(segment, octet), target, sender, chance.Between(2, 60));
    }

    /// <summary>A stranger with this address speaks up.</summary>
    public static void StrangerSpeaks(Nic to, string address, Chance chance) =>
        to.Node.Hear(to, StrangerMac(to.Segment!, Segment.Octet(address) ?? 0), address, NetworkConstants.RescueNetwork + "254", chance.Between(1, 5));

    private static string StrangerMac(Segment segment, int octet) => $"02:ff:00:00:{segment.Index:x2}:{octet:x2}";

    private static bool Lost(Segment segment, Chance chance) => segment.ArpLoss > 0 && chance.Percent(segment.ArpLoss);
}

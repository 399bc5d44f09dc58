using G8os.Model.Network;
using G8os.Model.Toml;

namespace G8os.Lab;

/// <summary>Which addresses and MACs of a lab file are taken, and by whom: nothing is given twice.</summary>
internal sealed class LabFileAddresses(TomlErrors errors, IReadOnlyDictionary<string, LabSegment> segments)
{
    private readonly Dictionary<(string Segment, string Address), string> taken = [];
    private readonly Dictionary<string, string> macs = new(StringComparer.Ordinal);

    /// <summary>True when the lab has this segment; an error with the nearest name otherwise.</summary>
    public bool IsSegment(TomlString name)
    {
        if (segments.ContainsKey(name.Text))
            return true;
        errors.Add(name.Place, $"there is no segment {Words.Quote(name.Text)}{Words.Hint(name.Text, [.. segments.Keys])}");
        return false;
    }

    /// <summary>Gives a controller its address on a segment. False, with the error, when it cannot have it.</summary>
    public bool Take(string controller, string on, IpPrefix prefix, TomlPlace place)
    {
        var segment = segments[on];
        var address = prefix.Address.ToString();
        if (taken.TryGetValue((on, address), out var other))
            errors.Add(place, $"{address} on segment {on} is {other}'s already");
        else if (WhyNot(segment, prefix, address) is { } reason)
            errors.Add(place, reason);
        else
            return taken.TryAdd((on, address), controller);
        return false;
    }

    private static string? WhyNot(LabSegment segment, IpPrefix prefix, string address)
    {
        if (segment.Subnet is not { } subnet || prefix.IsV6)
            return null;
        if (subnet.NumberOf(address) is not { } host || prefix.Length != subnet.PrefixLength)
            return $"{prefix} is not in segment {segment.Name}'s subnet {subnet}";
        if (host < 1 || host > subnet.LastHost)
            return $"{address} is the network's or broadcast address of {subnet}";
        return segment.Dhcp is { } dhcp && host >= dhcp.First && host <= dhcp.Last
            ? $"{address} lies in the dhcp range {dhcp.First}-{dhcp.Last} of segment {segment.Name}"
            : null;
    }

    /// <summary>Takes the MACs that follow from a machine's name; two names that make the same one are refused.</summary>
    public void TakeMacs(string machine, int links, TomlPlace place)
    {
        for (var index = 0; index < Math.Min(links, LabFile.MaxLinks); index++)
        {
            var mac = LabMac.Of(machine, index);
            if (!macs.TryAdd(mac, machine))
                errors.Add(place, $"{machine} and {macs[mac]} would get the same MAC {mac}, which is made from the name; rename one");
        }
    }
}

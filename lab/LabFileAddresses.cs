using G8os.Model.Toml;

namespace G8os.Lab;

/// <summary>Which addresses and MACs of a lab file are taken, and by whom: nothing is given twice.</summary>
internal sealed class LabFileAddresses(TomlErrors errors, IReadOnlyDictionary<string, LabSegment> segments)
{
    private readonly Dictionary<(string Segment, string Address), string> taken = [];
    private readonly Dictionary<string, string> macs = new(StringComparer.Ordinal);

    /// <summary>True when the lab has this segment; an error with the nearest name otherwise.</summary>
    public bool IsSegment(string name, TomlPlace place)
    {
        if (segments.ContainsKey(name))
            return true;
        errors.Add(place, $"there is no segment {Words.Quote(name)}{Words.Hint(name, [.. segments.Keys])}");
        return false;
    }

    /// <summary>Gives a controller its address on a segment. False, with the error, when it cannot have it.</summary>
    public bool Take(string controller, LabAddress address, TomlPlace place)
    {
        var segment = segments[address.Segment];
        if (taken.TryGetValue((segment.Name, address.Address), out var other))
            errors.Add(place, $"{address.Address} on segment {segment.Name} is {other}'s already");
        else if (segment.Subnet is { } subnet && subnet.NumberOf(address.Address) is var number && !address.Address.Contains(':', StringComparison.Ordinal))
            return Fits(controller, address, segment, subnet, number, place);
        else
            return taken.TryAdd((segment.Name, address.Address), controller);
        return false;
    }

    private bool Fits(string controller, LabAddress address, LabSegment segment, Subnet subnet, uint? number, TomlPlace place)
    {
        if (number is not { } host || address.PrefixLength != subnet.PrefixLength)
            errors.Add(place, $"{address.Address}/{address.PrefixLength} is not in segment {segment.Name}'s subnet {subnet}");
        else if (host is 0 || host > subnet.LastHost)
            errors.Add(place, $"{address.Address} is the network's or broadcast address of {subnet}");
        else if (segment.Dhcp is { } dhcp && host >= dhcp.First && host <= dhcp.Last)
            errors.Add(place, $"{address.Address} lies in the dhcp range {dhcp.First}-{dhcp.Last} of segment {segment.Name}");
        else
            return taken.TryAdd((segment.Name, address.Address), controller);
        return false;
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

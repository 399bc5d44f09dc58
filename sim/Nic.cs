using G8os.Decisions.Network;
using G8os.Model.Network;

namespace G8os.Sim;

/// <summary>One link of one node, as it really is.</summary>
public sealed class Nic(Node node, string name, int index, string mac)
{
    public Node Node { get; } = node;
    public string Name { get; } = name;
    public int Index { get; set; } = index;
    public string Mac { get; } = mac;
    public Segment? Segment { get; set; }
    /// <summary>False while the hardware is pulled out.</summary>
    public bool Present { get; set; } = true;
    public bool Wire { get; set; } = true;
    public bool Up { get; set; }
    /// <summary>Mode "none" or excluded: nobody may touch it.</summary>
    public bool Guarded { get; set; }
    /// <summary>Its table in net.toml.</summary>
    public LinkConfig? Table { get; set; }

    public bool Carrier => Present && Up && Wire && Segment is not null;

    /// <summary>It would have carrier if somebody brought it up.</summary>
    public bool Cabled => Present && Wire && Segment is not null;

    public bool DhcpByConfig => !Guarded && Table is { Mode: LinkMode.Dhcp };

    private LinkStatus? told;

    /// <summary>What the kernel tells of it; the same record for as long as nothing changes.</summary>
    public LinkStatus Status() => told is { } same && same.Index == Index && same.Up == Up && same.Carrier == Carrier ? same
        : told = new() { Name = Name, Index = Index, Mac = Mac, Up = Up, Carrier = Carrier, Mtu = 1500, Driver = "sim", Path = Name };
}

using System.Globalization;
using G8os.Lab.Control;
using G8os.Linux;
using G8os.Model.Network;

namespace G8os.Lab.Serve;

/// <summary>A segment at work: a bridge in a namespace of its own, and its DHCP server.</summary>
internal sealed class SegmentHost : IDisposable
{
    private const string BridgeName = "br0";

    private readonly LabNet net = new();
    private readonly int bridge;
    private readonly LabSegment segment;
    private readonly IpPrefix? server;
    private readonly LabProcess? dnsmasq;
    private int ports;

    public SegmentHost(LabFile lab, LabSegment segment, LabPaths paths)
    {
        this.segment = segment;
        bridge = net.Netlink.CreateBridge(BridgeName);
        // Fixed: a bridge without an address of its own changes it with every port.
        net.Netlink.SetLink(bridge, mac: LabMac.Of(segment.Name, 0));
        net.Netlink.SetLink(bridge, up: true);
        server = LabDrawing.DhcpServer(lab, segment);
        if (server is null)
            return;
        net.Configure(BridgeName, server.Address, server.Length);
        LabPaths.MakePrivate(Path.GetDirectoryName(paths.Leases(segment.Name))!);
        dnsmasq = LabProcess.Start([.. net.Enter, "dnsmasq", .. LabDrawing.Dnsmasq(segment, paths)], paths.DhcpLog(segment.Name));
    }

    /// <summary>Plugs a new link of a machine in: a veth pair, one end on the bridge. Returns the number of that end.</summary>
    public int Plug(LabNet machine, string link, string mac, bool carrier)
    {
        // Never the same name twice: the end of a machine that has just gone may linger.
        var port = string.Create(CultureInfo.InvariantCulture, $"p{Interlocked.Increment(ref ports)}");
        net.Netlink.CreateVeth(port, null, link, machine.Number, null, mac);
        var index = net.IndexOf(port);
        net.Netlink.SetLink(index, up: carrier, master: bridge);
        return index;
    }

    /// <summary>A port that is down takes the carrier of the machine's link away, as a pulled cable does.</summary>
    public void SetCarrier(int port, bool up) => net.Netlink.SetLink(port, up: up);

    /// <summary>Takes a link away. False when it had gone already, with the machine's namespace.</summary>
    public bool Unplug(int port)
    {
        try
        {
            net.Netlink.DeleteLink(port);
            return true;
        }
        catch (LinuxException gone) when (gone.Missing)
        {
            return false;
        }
    }

    /// <summary>The path of its network namespace.</summary>
    public string Net => net.Path;

    public SegmentStatus Status => new(segment.Name, segment.Subnet?.ToString(), server?.ToString(),
        dnsmasq is null ? null : dnsmasq.Running ? MachineState.Running : MachineState.Exited);

    public void Dispose()
    {
        dnsmasq?.Dispose();
        net.Dispose();
    }
}

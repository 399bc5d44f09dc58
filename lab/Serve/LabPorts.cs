using System.Globalization;
using System.Net.Sockets;

namespace G8os.Lab.Serve;

/// <summary>Opens the relays of a lab, each on the port it had before when that is free, and remembers the ports.</summary>
internal sealed class LabPorts(LabRecord record)
{
    private readonly SortedDictionary<string, int> ports = new(record.Ports, StringComparer.Ordinal);

    /// <summary>"NAME:PORT inside" → port on 127.0.0.1.</summary>
    public SortedDictionary<string, int> All => ports;

    public Relay Relay(string machine, int inside, Func<Socket?> socket)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{machine}:{inside}");
        var relay = new Relay(ports.GetValueOrDefault(key), socket, inside);
        ports[key] = relay.Port;
        return relay;
    }
}

using System.Net;
using G8os.Decisions;
using G8os.Decisions.Network;
using G8os.Linux;
using G8os.Linux.Sockets;

namespace G8os.Core.Run.Network;

/// <summary>Sends and hears ARP on links with a claim (AF_PACKET; RFC 826, RFC 5227).</summary>
internal sealed class ArpEdge(Action<Func<long, Event>> post, Func<string, LinkStatus?> linkOf) : IDisposable
{
    /// <summary>More packets of the rescue network than these in one second are dropped: a storm cannot fill the event queue.</summary>
    private const int HeardPerSecondMax = 100;
    private readonly Dictionary<string, ArpSocket> sockets = [];
    private readonly Lock gate = new();
    private long second;
    private int heard;

    public void Watch(string link)
    {
        lock (gate)
        {
            if (sockets.ContainsKey(link) || linkOf(link) is not { } status)
                return;
            try
            {
                sockets[link] = new ArpSocket(status.Index, frame => OnFrame(link, frame));
            }
            catch (LinuxException fault)
            {
                CoreLog.Write(fault.Message);
            }
        }
    }

    public void Unwatch(string link)
    {
        ArpSocket? socket;
        lock (gate)
            sockets.Remove(link, out socket);
        socket?.Dispose();
    }

    public void Send(SendArp send)
    {
        ArpSocket? socket;
        lock (gate)
            sockets.TryGetValue(send.Link, out socket);
        if (socket is null || linkOf(send.Link) is not { } status)
            return;
        var address = IPAddress.Parse(send.Address);
        var frame = send.Announce ? ArpFrame.Announcement(status.Mac, address) : ArpFrame.Probe(status.Mac, address);
        try
        {
            socket.Send(frame);
        }
        catch (LinuxException fault)
        {
            CoreLog.Write(fault.Message);
        }
    }

    private void OnFrame(string link, ArpFrame frame)
    {
        var sender = frame.SenderIp.ToString();
        var target = frame.TargetIp.ToString();
        if (!sender.StartsWith(NetworkConstants.RescueNetwork, StringComparison.Ordinal) && !target.StartsWith(NetworkConstants.RescueNetwork, StringComparison.Ordinal))
            return;
        lock (gate)
        {
            var now = NodeClock.Monotonic / 1000;
            if (now != second)
                (second, heard) = (now, 0);
            if (++heard > HeardPerSecondMax)
                return;
        }
        post(at => new ArpHeard(link, frame.SenderMac, sender, target) { At = at });
    }

    public void Dispose()
    {
        foreach (var socket in sockets.Values)
            socket.Dispose();
    }
}

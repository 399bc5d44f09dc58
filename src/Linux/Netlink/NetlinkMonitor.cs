using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>
/// Tells about links, addresses and routes of the namespace of the thread that makes it. The first event is <see cref="NetworkSeen"/>; when the kernel
/// dropped events (ENOBUFS) another one follows. The callback runs on the monitor's own thread, one event at a time; what it throws ends the program.
/// </summary>
public sealed class NetlinkMonitor : IDisposable
{
    private const int ReceiveBuffer = 1 << 20;
    private const uint Groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;
    private readonly NetlinkSocket events;
    private readonly RtNetlink questions = new();
    private readonly WatchThread thread;
    private readonly Action<NetlinkEvent> callback;

    /// <summary>Subscribes and starts to tell.</summary>
    public NetlinkMonitor(Action<NetlinkEvent> callback) : this(callback, ReceiveBuffer)
    {
    }

    internal NetlinkMonitor(Action<NetlinkEvent> callback, int receiveBuffer)
    {
        this.callback = callback;
        events = new(Groups, receiveBuffer);
        thread = new("netlink") { Watched = events.Number, Started = Look, Readable = Read, Ended = End };
        thread.Start();
    }

    /// <summary>We subscribed before we ask, so what changes meanwhile is told again behind the picture, never lost.</summary>
    private void Look() => callback(new NetworkSeen(questions.Links(), questions.Addresses(), questions.Routes()));

    private void Read()
    {
        var errno = events.Receive(out var messages, wait: false);
        if (errno == Errno.ENOBUFS)
            Look();
        else if (errno is not (0 or Errno.EAGAIN))
            throw new NetlinkException("read network events", errno);
        for (var i = 0; i < messages.Count && !thread.Stopping; i++)
            if (messages[i].Event is { } seen)
                callback(seen);
    }

    private void End()
    {
        events.Dispose();
        questions.Dispose();
    }

    /// <summary>Stops; no callback comes after it returns, unless called from the callback itself.</summary>
    public void Dispose() => thread.Dispose();
}

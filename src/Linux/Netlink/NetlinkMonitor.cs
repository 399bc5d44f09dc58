using System.Runtime.InteropServices;
using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>
/// Tells about links, addresses and routes of the namespace of the thread that makes it. The first event is <see cref="NetworkSeen"/>; when the kernel
/// dropped events (ENOBUFS) another one follows. The callback runs on the monitor's own thread, one event at a time; what it throws ends the program.
/// </summary>
public sealed unsafe class NetlinkMonitor : IDisposable
{
    private const int ReceiveBuffer = 1 << 20;
    private const uint Groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;
    private readonly NetlinkSocket events;
    private readonly RtNetlink questions = new();
    private readonly Descriptor wake;
    private readonly Thread thread;
    private readonly Action<NetlinkEvent> callback;
    private volatile bool stopping;

    /// <summary>Subscribes and starts to tell.</summary>
    public NetlinkMonitor(Action<NetlinkEvent> callback) : this(callback, ReceiveBuffer)
    {
    }

    internal NetlinkMonitor(Action<NetlinkEvent> callback, int receiveBuffer)
    {
        this.callback = callback;
        events = new(Groups, receiveBuffer);
        var fd = Libc.eventfd(0, Libc.O_CLOEXEC);
        wake = fd >= 0 ? new(fd) : throw LinuxException.Last("make an event descriptor");
        thread = new(Run) { IsBackground = true, Name = "netlink" };
        thread.Start();
    }

    private void Run()
    {
        Look();
        while (!stopping && Wait())
        {
            var errno = events.Receive(out var messages, wait: false);
            if (errno == Errno.ENOBUFS)
                Look();
            else if (errno is not (0 or Errno.EAGAIN))
                throw new NetlinkException("read network events", errno);
            for (var i = 0; i < messages.Count && !stopping; i++)
                if (messages[i].Event is { } seen)
                    callback(seen);
        }
        events.Dispose();
        questions.Dispose();
    }

    /// <summary>We subscribed before we ask, so what changes meanwhile is told again behind the picture, never lost.</summary>
    private void Look() => callback(new NetworkSeen(questions.Links(), questions.Addresses(), questions.Routes()));

    /// <summary>True when events wait, false when we are to stop.</summary>
    private bool Wait()
    {
        var watched = stackalloc Libc.Poll[2];
        watched[0] = new() { Descriptor = wake.Number, Events = Libc.POLLIN };
        watched[1] = new() { Descriptor = events.Number, Events = Libc.POLLIN };
        while (Libc.poll(watched, 2, -1) < 0)
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last("wait for network events");
        return watched[0].Returned == 0;
    }

    /// <summary>Stops the thread; no callback comes after it returns.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        if (Thread.CurrentThread == thread)
            return;     // from the callback: the thread ends when the callback returns
        ulong one = 1;
        if (Libc.write(wake.Number, (byte*)&one, sizeof(ulong)) < 0)
            throw LinuxException.Last("stop the network monitor");
        thread.Join();
        wake.Dispose();
    }
}

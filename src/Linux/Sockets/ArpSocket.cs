using System.Buffers.Binary;
using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Sockets;

/// <summary>
/// Sends and hears ARP on one link of the namespace of the thread that makes it (packet(7)). Works on links without an address. Frames come on the
/// socket's own thread; a link that goes down is waited for, one that is gone just stays silent.
/// </summary>
public sealed unsafe class ArpSocket : IDisposable
{
    private const int FrameMax = 2048, AddressSize = 20, FramesAtOnceMax = 64;
    private const ushort EtherType = 0x0806;
    private readonly byte[] buffer = new byte[FrameMax];
    private readonly Descriptor socket;
    private readonly WatchThread thread;
    private readonly Action<ArpFrame> received;
    private readonly int ifindex;

    /// <summary>Opens on the link and starts to hear.</summary>
    public ArpSocket(int ifindex, Action<ArpFrame> received)
    {
        (this.ifindex, this.received) = (ifindex, received);
        // Protocol 0 hears nothing until bind names the link: no frame of another link slips in.
        var fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        socket = fd >= 0 ? new(fd) : throw LinuxException.Last("open an ARP socket");
        var address = stackalloc byte[AddressSize];     // struct sockaddr_ll
        new Span<byte>(address, AddressSize).Clear();
        *(ushort*)address = Libc.AF_PACKET;
        BinaryPrimitives.WriteUInt16BigEndian(new(address + 2, 2), EtherType);
        *(int*)(address + 4) = ifindex;
        if (Libc.bind(fd, address, AddressSize) < 0)
            throw LinuxException.Last($"open an ARP socket on link {ifindex}");
        thread = new("arp") { Watched = fd, Readable = Read, Ended = socket.Dispose };
        thread.Start();
    }

    /// <summary>Sends a frame; on a link that is down it is an error (ENETDOWN, 100).</summary>
    public void Send(ArpFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Send(frame.ToBytes());
    }

    /// <summary>Sends the bytes of a frame with its Ethernet header.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* data = frame)
            if (Libc.send(socket.Number, data, (nuint)frame.Length, 0) < 0)
                throw LinuxException.Last($"send ARP on link {ifindex}");
    }

    private void Read()
    {
        for (var i = 0; i < FramesAtOnceMax && !thread.Stopping; i++)
        {
            nint got;
            fixed (byte* data = buffer)
                got = Libc.recvfrom(socket.Number, data, FrameMax, Libc.MSG_DONTWAIT, null, null);
            var errno = got < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (errno is Errno.EAGAIN)
                return;
            if (errno is not (0 or Errno.EINTR or Errno.ENETDOWN or Errno.ENXIO or Errno.ENODEV))
                throw new LinuxException($"read ARP on link {ifindex}", errno);
            if (got > 0 && ArpFrame.Parse(buffer.AsSpan(0, (int)got)) is { } frame)
                received(frame);
        }
    }

    /// <summary>Stops; no frame comes after it returns.</summary>
    public void Dispose() => thread.Dispose();
}

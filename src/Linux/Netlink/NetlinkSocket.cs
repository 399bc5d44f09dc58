using System.Buffers.Binary;
using System.Runtime.InteropServices;
using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>A raw NETLINK_ROUTE socket in the network namespace of the thread that opens it. Not safe for several threads.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    /// <summary>The kernel's dump packets have at most 32 KiB; events are far smaller.</summary>
    private const int DatagramMax = 64 * 1024;
    private const int AnswerSecondsMax = 10;
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(DatagramMax, pinned: true);
    private readonly Descriptor descriptor;

    internal NetlinkSocket(uint groups, int receiveBuffer)
    {
        var fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0)
            throw LinuxException.Last("open a netlink socket");
        descriptor = new(fd);
        Set(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        Set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        Set(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        Set(Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBuffer);
        var wait = new Libc.TimeValue { Seconds = AnswerSecondsMax };
        if (Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, &wait, (uint)sizeof(Libc.TimeValue)) < 0)
            throw LinuxException.Last("set the timeout of a netlink socket");
        var address = stackalloc byte[12];  // struct sockaddr_nl; port 0 lets the kernel choose
        new Span<byte>(address, 12).Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(new Span<byte>(address, 2), Libc.AF_NETLINK);
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(address + 8, 4), groups);
        if (Libc.bind(fd, address, 12) < 0)
            throw LinuxException.Last("bind a netlink socket");
    }

    internal int Number => descriptor.Number;

    internal int Send(ReadOnlySpan<byte> message)
    {
        nint sent;
        fixed (byte* data = message)
            do
                sent = Libc.send(Number, data, (nuint)message.Length, 0);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return sent < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>One datagram from the kernel itself; an errno instead when there is none. Others may write to us: they are dropped.</summary>
    internal int Receive(out IReadOnlyList<NetlinkMessage> messages, bool wait = true)
    {
        messages = [];
        var from = stackalloc byte[12];
        while (true)
        {
            uint fromLength = 12;
            nint got;
            fixed (byte* data = buffer)
                got = Libc.recvfrom(Number, data, DatagramMax, Libc.MSG_TRUNC | (wait ? 0 : Libc.MSG_DONTWAIT), from, &fromLength);
            if (got < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
                continue;
            if (got < 0)
                return Marshal.GetLastPInvokeError();
            if (fromLength < 8 || BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(from + 4, 4)) != 0)
                continue;
            if (got > DatagramMax)
                return Errno.EMSGSIZE;
            messages = NetlinkParser.Parse(buffer.AsSpan(0, (int)got));
            return 0;
        }
    }

    private void Set(int level, int option, int value)
    {
        if (Libc.setsockopt(Number, level, option, &value, sizeof(int)) < 0)
            throw LinuxException.Last($"set option {option} of a netlink socket");
    }

    public void Dispose() => descriptor.Dispose();
}

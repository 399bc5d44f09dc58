using System.Net;
using System.Net.Sockets;
using System.Text;
using G8os.Linux.Native;

namespace G8os.Linux.Sockets;

/// <summary>Ties a socket to one link, so that its packets leave and enter nowhere else whatever the routes say.</summary>
public static class BoundSocket
{
    /// <summary>SO_BINDTODEVICE, and the source address when there is one. Before connect. A link that is not there is <see cref="LinuxException.Missing"/>,
    /// an address that this machine does not have a <see cref="SocketException"/>.</summary>
    public static unsafe void Bind(Socket socket, string device, IPAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var name = Encoding.UTF8.GetBytes(device);
        fixed (byte* bytes = name)      // not SetRawSocketOption: it loses the kernel's error number
            if (Libc.setsockopt((int)socket.Handle, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, bytes, (uint)name.Length) < 0)
                throw LinuxException.Last($"bind a socket to {device}");
        if (source is not null)
            socket.Bind(new IPEndPoint(source, 0));
    }
}

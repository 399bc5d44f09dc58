using System.Net;
using System.Net.Sockets;
using System.Text;
using G8os.Linux.Native;

namespace G8os.Linux.Sockets;

/// <summary>Ties a socket to one link, so that its packets leave and enter nowhere else whatever the routes say.</summary>
public static class BoundSocket
{
    /// <summary>SO_BINDTODEVICE, and the source address when there is one. Before connect.</summary>
    public static void Bind(Socket socket, string device, IPAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            socket.SetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, Encoding.UTF8.GetBytes(device));
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
        }
        catch (SocketException error)
        {
            throw new LinuxException($"bind a socket to {device}{(source is null ? "" : $" and {source}")}", error.NativeErrorCode);
        }
    }
}

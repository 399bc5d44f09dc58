using System.Net;
using System.Net.Sockets;
using G8os.Linux.Sockets;

namespace G8os.Fs.Fetch;

/// <summary>HTTP whose connections leave by one link and address, to addresses only: no names are looked up here.</summary>
internal static class BoundHttp
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3), IdleLimit = TimeSpan.FromSeconds(60);

    public static SocketsHttpHandler Handler(string link, string source, int connectionsMax) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectLimit,
        PooledConnectionIdleTimeout = IdleLimit,
        MaxConnectionsPerServer = connectionsMax,
        ConnectCallback = (context, stop) => ConnectAsync(link, source, context.DnsEndPoint, stop),
    };

    private static async ValueTask<Stream> ConnectAsync(string link, string source, DnsEndPoint target, CancellationToken stop)
    {
        var remote = IPAddress.TryParse(target.Host, out var address) ? address : throw new SocketException((int)SocketError.HostNotFound);
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };   // with Nagle 44 ms a file
        try
        {
            var from = IPAddress.TryParse(source, out var own) && own.AddressFamily == remote.AddressFamily ? own : null;
            if (link.Length > 0)
                BoundSocket.Bind(socket, link, from);
            else if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(new IPEndPoint(remote, target.Port), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using G8os.Linux.Sockets;
using G8os.Model;

namespace G8os.Core.Run.Network;

/// <summary>An HTTP client whose connections leave by one link and address only.</summary>
internal static class ControllerHttp
{
    private const int AnswerMax = 1 << 20;

    /// <summary>TLS is taken unjudged here: only the signature of an answer counts (design: the probe).</summary>
    /// <param name="shown">Hears the subject of the certificate that was shown; evidence, nothing more.</param>
    public static HttpClient Create(string link, string address, Values<string> dns, TimeSpan connect, TimeSpan total, Action<string>? shown = null)
    {
        var handler = Handler(link, address, dns, connect);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown?.Invoke(certificate?.Subject ?? "");
                return true;
            },
        };
        return new HttpClient(handler) { Timeout = total, MaxResponseContentBufferSize = AnswerMax };
    }

    public static SocketsHttpHandler Handler(string link, string address, Values<string> dns, TimeSpan connect) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = connect,
        ConnectCallback = (context, stop) => ConnectAsync(link, IPAddress.Parse(address), dns, context.DnsEndPoint, stop),
    };

    private static async ValueTask<Stream> ConnectAsync(string link, IPAddress source, Values<string> dns, DnsEndPoint target, CancellationToken stop)
    {
        SocketException? last = null;
        foreach (var remote in await BoundDns.ResolveAsync(target.Host, source, link, dns, stop))
        {
            var socket = new Socket(source.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                BoundSocket.Bind(socket, link, source);
                await socket.ConnectAsync(new IPEndPoint(remote, target.Port), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException fault)
            {
                socket.Dispose();
                last = fault;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}

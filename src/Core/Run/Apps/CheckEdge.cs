using System.Net;
using System.Net.Sockets;
using G8os.Model.Apps;

namespace G8os.Core.Run.Apps;

/// <summary>Asks health checks, on 127.0.0.1 of the node's network. Nothing is kept open between two.</summary>
internal sealed class CheckEdge : IDisposable
{
    private const int HeadersMaxKiB = 16;
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = HeadersMaxKiB,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Empty when it passed, else why not; within the check's timeout.</summary>
    public async Task<string> AskAsync(HealthCheck check)
    {
        using var stop = new CancellationTokenSource(check.Timeout);
        try
        {
            return check.Kind == "http" ? await HttpAsync(check, stop.Token) : await TcpAsync(check, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {check.Timeout} ms";
        }
        catch (Exception fault) when (fault is SocketException or HttpRequestException or IOException or UriFormatException or InvalidOperationException)
        {
            return fault.GetBaseException().Message;
        }
    }

    private async Task<string> HttpAsync(HealthCheck check, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{check.Port}{check.Path}");
        request.Headers.ConnectionClose = true;
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        return (int)answer.StatusCode is >= 200 and < 400 ? "" : $"it answered {(int)answer.StatusCode}";
    }

    private static async Task<string> TcpAsync(HealthCheck check, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, check.Port), stop);
        return "";
    }

    public void Dispose() => http.Dispose();
}

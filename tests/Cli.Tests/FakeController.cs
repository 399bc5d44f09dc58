using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>A request as it came over the wire.</summary>
internal sealed record FakeRequest(string Method, string Path, string Query, string Body)
{
    public T Read<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Body, type)!;
}

/// <summary>An answer: a body, or a stream of server-sent events that the test writes as it likes.</summary>
internal sealed record FakeAnswer(int Status, string Body, Func<FakeEvents, Task>? Events = null)
{
    public static FakeAnswer Json<T>(T value, JsonTypeInfo<T> type) => new(200, JsonSerializer.Serialize(value, type));
    public static FakeAnswer Problem(int status, string message, string remedy = "") =>
        new(status, JsonSerializer.Serialize(new Problem("code", message, remedy), WireJson.Default.Problem));
    public static FakeAnswer Stream(Func<FakeEvents, Task> events) => new(200, "", events);
}

/// <summary>An open event stream.</summary>
internal sealed class FakeEvents(Stream stream)
{
    public Task SendAsync<T>(T value, JsonTypeInfo<T> type) => RawAsync($"data: {JsonSerializer.Serialize(value, type)}\n\n");
    public Task RawAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Until the other side hangs up.</summary>
    public async Task UntilClosedAsync(CancellationToken cancel) => Assert.Equal(0, await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancel));
}

/// <summary>Speaks the operator API's wire: TLS, HTTP/1.1, bearer token, JSON and server-sent events. What it says is the test's business.</summary>
internal sealed class FakeController : IAsyncDisposable
{
    public const string Token = "secret-token";
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, Func<FakeRequest, FakeAnswer>> routes = [];
    private readonly Task accepting;
    private int disposed;

    public FakeController(string uri = FakeGrid.ControllerUri)
    {
        Certificate = Grid.Issue(uri);
        Versions = [FakeGrid.Sign(Grid.Document(), Grid.Root)];
        On("GET", Routes.Grid, _ => FakeAnswer.Json(Versions, WireJson.Default.ValuesSignedDocument));
        On("GET", Routes.WhoAmI, _ => FakeAnswer.Json(new WhoAmI("test", "admin", "test", "ac1", "0.1.0"), WireJson.Default.WhoAmI));
        listener.Start();
        accepting = AcceptAsync();
    }

    public FakeGrid Grid { get; } = new();
    public X509Certificate2 Certificate { get; set; }
    public Values<SignedDocument> Versions { get; set; }
    public string Url => $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    public string LoginString => $"{Url}#pin={Grid.Pin}&token={Token}";
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];
    /// <summary>Clients that went away or would not talk to us; their side of it is what tests look at.</summary>
    public ConcurrentQueue<string> Hangups { get; } = [];

    public void On(string method, string path, Func<FakeRequest, FakeAnswer> answer) => routes[$"{method} {path}"] = answer;

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var tls = new SslStream(client.GetStream()))
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, stop.Token);
                var request = await ReadAsync(tls);
                if (request is null)
                    return;
                Requests.Enqueue(request.Value.Request);
                await AnswerAsync(tls, Find(request.Value.Request, request.Value.Authorization));
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            Hangups.Enqueue(e.Message);
        }
    }

    private FakeAnswer Find(FakeRequest request, string authorization)
    {
        if (!routes.TryGetValue($"{request.Method} {request.Path}", out var answer))
            return FakeAnswer.Problem(404, $"there is no {request.Path}");
        return request.Path == Routes.Grid || authorization == $"Bearer {Token}"
            ? answer(request)
            : FakeAnswer.Problem(401, "the token is not known", "log in again");
    }

    private async Task<(FakeRequest Request, string Authorization)?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n");
        var first = lines[0].Split(' ');
        string Header(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";
        var body = new byte[int.TryParse(Header("Content-Length"), out var length) ? length : 0];
        await stream.ReadExactlyAsync(body, stop.Token);
        var question = first[1].IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (first[1], "") : (first[1][..question], Uri.UnescapeDataString(first[1][question..]));
        return (new FakeRequest(first[0], path, query, Encoding.UTF8.GetString(body)), Header("Authorization"));
    }

    private static async Task AnswerAsync(Stream stream, FakeAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var type = answer.Events is null ? $"application/json\r\nContent-Length: {body.Length}" : "text/event-stream";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer.Status} Said\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
        if (answer.Events is not null)
            await answer.Events(new FakeEvents(stream));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
        Certificate.Dispose();
        Grid.Dispose();
    }
}

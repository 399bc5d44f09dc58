using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Model.Wire;

namespace G8os.Client;

/// <summary>HTTPS to one controller under one context: its trust, its token, its limits, and what failures are called.</summary>
internal sealed class Connection : IDisposable
{
    public const int AnswerBytesMax = 64 * 1024 * 1024;
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);
    /// <summary>Bytes a second; a slower way is a broken one.</summary>
    private const int SlowestUpload = 16 * 1024;
    private const string EventType = "text/event-stream";
    /// <summary>An event of this type carries a <see cref="Problem"/> that came up after the stream had begun.</summary>
    private const string ProblemEvent = "problem";

    private readonly string url;
    private readonly X509Certificate2 authority;
    private readonly HttpClient http;
    private volatile string? refused;

    public Connection(ClientContext context)
    {
        url = context.Url;
        authority = Authority(context);
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectLimit };
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = ControllerCertificate.Judge(authority, reason => refused = reason),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = AnswerBytesMax };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", context.Token);
    }

    public void Dispose()
    {
        http.Dispose();
        authority.Dispose();
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url + path);
        return Read(path, await AnswerAsync(request, cancel), type);
    }

    public async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest body, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url + path);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, requestType));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Read(path, await AnswerAsync(request, cancel), answerType);
    }

    /// <summary>Sends a file. The time it may take grows with its length: <see cref="SlowestUpload"/>.</summary>
    public async Task PutAsync(string path, Stream content, long length, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url + path);
        request.Content = new StreamContent(content);
        request.Content.Headers.ContentLength = length;
        using var answer = await HeadersAsync(request, cancel, AnswerLimit + TimeSpan.FromSeconds((double)length / SlowestUpload));
    }

    public async Task DeleteAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, url + path);
        await AnswerAsync(request, cancel);
    }

    public async Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, url + path);
        return Read(path, await AnswerAsync(request, cancel), type);
    }

    /// <summary>Server-sent events as they come; ends when the controller ends them, throws when the way there breaks.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventType));
        using var answer = await HeadersAsync(request, cancel);
        if (answer.Content.Headers.ContentType?.MediaType != EventType)
            throw new ControllerException(new Problem("answer", $"cannot read {path} of {url}: it is no event stream", "are both of one version? g8os doctor compares"), HttpStatusCode.OK);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        await using var events = ServerSentEvents.ReadAsync(body, cancel).GetAsyncEnumerator(cancel);
        while (await MovesAsync(events, cancel))
        {
            if (events.Current.Type == ProblemEvent)
                throw new ControllerException(Read(path, events.Current.Data, WireJson.Default.Problem), HttpStatusCode.InternalServerError);
            yield return Read(path, events.Current.Data, type);
        }
    }

    private async Task<bool> MovesAsync(IAsyncEnumerator<ServerSentEvent> events, CancellationToken cancel)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (Transport.IsFailure(e, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            throw Transport.Unreachable(url, e);
        }
    }

    private async Task<byte[]> AnswerAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        using var answer = await HeadersAsync(request, cancel);
        try
        {
            return await answer.Content.ReadAsByteArrayAsync(limit.Token);
        }
        catch (Exception e) when (Transport.IsFailure(e, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            throw Transport.Unreachable(url, e);
        }
    }

    /// <summary>Sends, and returns when the answer's headers are here and say success.</summary>
    private async Task<HttpResponseMessage> HeadersAsync(HttpRequestMessage request, CancellationToken cancel, TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within ?? AnswerLimit);
        try
        {
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw new ControllerException(await ProblemAsync(request, answer, limit.Token), answer.StatusCode);
        }
        catch (Exception e) when (Transport.IsFailure(e, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            throw refused is { } reason
                ? new TrustException($"cannot trust the controller at {url}: {reason}", "if the grid has a new CA, run g8os login again", e)
                : Transport.Unreachable(url, e);
        }
    }

    private async Task<Problem> ProblemAsync(HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancel)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(cancel);
        var nameless = new Problem($"http-{(int)answer.StatusCode}",
            $"cannot {request.Method.Method} {request.RequestUri?.AbsolutePath} of {url}: it was answered with {(int)answer.StatusCode}",
            answer.StatusCode == HttpStatusCode.Unauthorized ? "the token is not known any more: run g8os login again" : "");
        try
        {
            var said = JsonSerializer.Deserialize(body, WireJson.Default.Problem);
            return string.IsNullOrEmpty(said?.Message) ? nameless : said;
        }
        catch (JsonException)
        {
            return nameless;
        }
    }

    private T Read<T>(string path, byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new ControllerException(new Problem("answer", $"cannot read the answer to {path} of {url}: {e.Message}",
                "are both of one version? g8os doctor compares"), HttpStatusCode.OK);
        }
    }

    private static X509Certificate2 Authority(ClientContext context)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(context.IssuingCertificate));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw new TrustException($"cannot use context \"{context.Name}\": its CA certificate cannot be read", "run g8os login again", e);
        }
    }
}

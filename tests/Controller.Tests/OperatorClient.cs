using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Tests;

/// <summary>An operator, with the token the first start printed.</summary>
internal sealed class OperatorClient : IDisposable
{
    private OperatorClient(ControllerProcess controller, string token, X509Certificate2 issuing)
    {
        Token = token;
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, given, _, _) =>
                    PeerCertificate.Judge(given as X509Certificate2, issuing, PeerKind.Controller, DateTimeOffset.UtcNow).Id == "ac1",
            },
        };
        Http = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{controller.Api}"), Timeout = ControllerProcess.Patience };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>Signs in as a login string says: the grid's chain is followed from its pin, and with it the server's certificate is judged.</summary>
    public static async Task<OperatorClient> SignIn(ControllerProcess controller, string? token = null)
    {
        var login = (await File.ReadAllTextAsync(Path.Combine(controller.Data, "login"))).Split('#', '=', '&');
        using var plain = new HttpClient();
        var documents = JsonSerializer.Deserialize(
            await plain.GetByteArrayAsync($"http://127.0.0.1:{controller.Plain}{Routes.Grid}"), WireJson.Default.ValuesSignedDocument)!;
        var grid = Xunit.Assert.IsType<GridAccepted>(GridChain.Follow(login[2], null, documents)).Grid;
        return new OperatorClient(controller, token ?? login[4], X509CertificateLoader.LoadCertificate(Convert.FromBase64String(grid.IssuingCertificate)));
    }

    public string Token { get; }
    public HttpClient Http { get; }

    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type)
    {
        using var response = await Http.GetAsync(path);
        return await Read(response, type);
    }

    public async Task<TAnswer> Post<T, TAnswer>(string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer)
    {
        using var response = await Http.PostAsync(path, JsonContent.Create(body, type));
        return await Read(response, answer);
    }

    public async Task<T> Delete<T>(string path, JsonTypeInfo<T> type)
    {
        using var response = await Http.DeleteAsync(path);
        return await Read(response, type);
    }

    /// <summary>A request that must fail: the status and the problem.</summary>
    public async Task<(HttpStatusCode Status, Problem Problem)> Refused(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        Xunit.Assert.False(response.IsSuccessStatusCode, $"{method} {path} was done");
        // Git is told in plain text.
        return response.Content.Headers.ContentType?.MediaType == "text/plain"
            ? (response.StatusCode, new Problem("", await response.Content.ReadAsStringAsync()))
            : (response.StatusCode, JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.Problem)!);
    }

    public Task<NodeView> Node(string node) => Get($"/v1/nodes/{node}", WireJson.Default.NodeView);
    public Task<NodeView> Accept(string node, string? name = null, SortedDictionary<string, string>? labels = null) =>
        Post($"/v1/nodes/{node}/accept", new AcceptRequest(name, labels), WireJson.Default.AcceptRequest, WireJson.Default.NodeView);
    public Task<NodeView> Remove(string node) => Delete($"/v1/nodes/{node}", WireJson.Default.NodeView);
    public Task<JobView> Run(JobRequest job) => Post("/v1/jobs", job, WireJson.Default.JobRequest, WireJson.Default.JobView);
    public Task<JobView> Job(string id) => Get($"/v1/jobs/{id}", WireJson.Default.JobView);
    public Task<Values<AuditEntry>> Audit() => Get("/v1/audit?limit=10000", WireJson.Default.ValuesAuditEntry);
    public Task<TokenView> JoinToken(TokenRequest request) => Post("/v1/tokens", request, WireJson.Default.TokenRequest, WireJson.Default.TokenView);

    /// <summary>Reads server-sent events until the stream ends.</summary>
    public async IAsyncEnumerable<T> Events<T>(string path, JsonTypeInfo<T> type)
    {
        using var deadline = new CancellationTokenSource(ControllerProcess.Patience);
        using var response = await Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(deadline.Token));
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return JsonSerializer.Deserialize(line["data: ".Length..], type)!;
        }
    }

    public void Dispose() => Http.Dispose();

    private static async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        var body = await response.Content.ReadAsStringAsync();
        Xunit.Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {body}");
        return JsonSerializer.Deserialize(body, type)!;
    }
}

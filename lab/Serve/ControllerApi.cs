using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Lab.Serve;

/// <summary>The few words the lab speaks with a controller's operator API, through its relay. Trust comes from the pin, as for every operator.</summary>
internal sealed class ControllerApi : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly X509Certificate2 authority;

    private ControllerApi(string url, string token, X509Certificate2 authority)
    {
        this.authority = authority;
        http = Http(url, Judge);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>True when somebody answers as a controller does. Nothing is trusted by it.</summary>
    public static async Task<bool> AnswersAsync(string url, CancellationToken cancel)
    {
        try
        {
            return (await VersionsAsync(url, cancel)).Count > 0;
        }
        catch (Exception e) when (IsSilence(e, cancel))
        {
            return false;
        }
    }

    /// <summary>Opens the API at a URL: the grid document must lead back to the pin.</summary>
    public static async Task<ControllerApi> OpenAsync(string url, string pin, string token, CancellationToken cancel)
    {
        var verdict = GridChain.Follow(pin, null, await VersionsAsync(url, cancel));
        return verdict is GridAccepted { Grid: var grid }
            ? new(url, token, X509CertificateLoader.LoadCertificate(Convert.FromBase64String(grid.IssuingCertificate)))
            : throw new LabException($"cannot trust the controller at {url}: {((GridRefused)verdict).Reason}");
    }

    public Task<WhoAmI> WhoAmIAsync(CancellationToken cancel) => GetAsync(Routes.WhoAmI, WireJson.Default.WhoAmI, cancel);

    public Task<Values<NodeView>> NodesAsync(CancellationToken cancel) => GetAsync(Routes.Nodes, WireJson.Default.ValuesNodeView, cancel);

    /// <summary>A join token's secret that names the node and labels it.</summary>
    public async Task<string> JoinTokenAsync(string node, Table<string> labels, CancellationToken cancel)
    {
        var request = new TokenRequest { NodeName = node, Labels = new(labels.ToDictionary()), Uses = LabLimits.TokenUses, ValidSeconds = LabLimits.TokenValidSeconds };
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.TokenRequest));
        body.Headers.ContentType = new("application/json");
        using var answer = await http.PostAsync(new Uri(Routes.Tokens, UriKind.Relative), body, cancel);
        var token = await ReadAsync(answer, WireJson.Default.TokenView, cancel);
        return token.Secret ?? throw new LabException($"cannot make a join token for {node}: the controller sent no secret");
    }

    /// <summary>Failures that mean "nobody there, or not yet".</summary>
    public static bool IsSilence(Exception error, CancellationToken cancel) =>
        error is HttpRequestException or IOException or JsonException || (error is OperationCanceledException && !cancel.IsCancellationRequested);

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancel);
        return await ReadAsync(answer, type, cancel);
    }

    /// <summary>What a controller says was wrong; the status code when the answer is not a controller's.</summary>
    private static string Reason(HttpResponseMessage answer, byte[] bytes)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, WireJson.Default.Problem)?.Message is { Length: > 0 } said)
                return said;
        }
        catch (JsonException)
        {
            return $"it answered {(int)answer.StatusCode}, not as a controller does";
        }
        return $"it answered {(int)answer.StatusCode}";
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
        if (answer.IsSuccessStatusCode)
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("the answer is null");
        throw new LabException($"cannot {answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.AbsolutePath} of the controller: {Reason(answer, bytes)}",
            answer.StatusCode == HttpStatusCode.Unauthorized ? Control.LabErrorKind.NotReady : Control.LabErrorKind.Failed);
    }

    [SuppressMessage("Security", "CA5359", Justification = "The document is signed and judged by the pin; this connection vouches for nothing.")]
    private static async Task<Values<SignedDocument>> VersionsAsync(string url, CancellationToken cancel)
    {
        using var open = Http(url, (_, _, _, _) => true);
        var bytes = await open.GetByteArrayAsync(new Uri($"{Routes.Grid}?after=0", UriKind.Relative), cancel);
        return JsonSerializer.Deserialize(bytes, WireJson.Default.ValuesSignedDocument) ?? [];
    }

    private static HttpClient Http(string url, RemoteCertificateValidationCallback judge) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = Limit,
        SslOptions = new() { RemoteCertificateValidationCallback = judge },
    })
    { BaseAddress = new(url), Timeout = Limit, MaxResponseContentBufferSize = LabLimits.AnswerBytes };

    private bool Judge(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is null)
            return false;
        using var certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(authority);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            return own.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        http.Dispose();
        authority.Dispose();
    }
}

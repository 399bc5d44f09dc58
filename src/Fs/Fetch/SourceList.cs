using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Fs.Fetch;

/// <summary>One controller to fetch from.</summary>
internal sealed class Source(Uri address, HttpClient http)
{
    public Uri Base => address;
    public string Name => address.GetLeftPart(UriPartial.Authority);
    public HttpClient Http => http;
    /// <summary>The last try failed: others are asked first.</summary>
    public bool Failed { get; set; }
    /// <summary>Why whoever answers there is no controller of this grid; null when it is one, or nobody answered.</summary>
    public string? Stranger { get; set; }
}

/// <summary>The sources as fs.json had them at one time.</summary>
/// <param name="All">In the order of the file; empty with a fault.</param>
/// <param name="Fault">Why none is known.</param>
internal sealed record Sources(Values<Source> All, string? Fault)
{
    /// <summary>Those that last worked first.</summary>
    public IEnumerable<Source> InOrder() => All.OrderBy(source => source.Failed);
}

/// <summary>Follows fs.json: read again when its time of change is another one.</summary>
internal sealed class SourceList(string path)
{
    private readonly Lock gate = new();
    private DateTime stamp = DateTime.MinValue;
    private Sources current = new([], null);

    public Sources Now()
    {
        lock (gate)
        {
            var changed = File.GetLastWriteTimeUtc(path);   // a file that is not there has a time of its own
            if (changed != stamp || current.Fault is not null)
                (stamp, current) = (changed, Read());
            return current;
        }
    }

    private Sources Read()
    {
        try
        {
            var settings = JsonSerializer.Deserialize(File.ReadAllBytes(path), WireJson.Default.FsSettings) ?? throw new JsonException("it is empty");
            using var bare = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(settings.Certificate));
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(settings.Key));
            var certificate = bare.CopyWithPrivateKey(key);
            var issuing = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(settings.Authority));
            return new(settings.Endpoints.Select(endpoint => Open(endpoint, settings, certificate, issuing)).ToValues(), null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or CryptographicException or ArgumentException or FormatException)
        {
            return new([], fault is FileNotFoundException or DirectoryNotFoundException ? $"no controller is known yet: {fault.Message}" : $"cannot read {path}: {fault.Message}");
        }
    }

    private static Source Open(string endpoint, FsSettings settings, X509Certificate2 certificate, X509Certificate2 issuing)
    {
        var address = new Uri(endpoint, UriKind.Absolute);
        if (address.Scheme != Uri.UriSchemeHttps)
            throw new FormatException($"{endpoint} is no https URL");
        Source source = null!;
        var handler = BoundHttp.Handler(settings.Link, settings.Source, Fetcher.ParallelMax);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, peer, _, _) => (source.Stranger = Judge(peer as X509Certificate2, issuing, settings)) is null,
        };
        return source = new Source(address, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });
    }

    /// <summary>By chain and controller id, never by host name or address; by the node's clock, not the machine's.</summary>
    private static string? Judge(X509Certificate2? peer, X509Certificate2 issuing, FsSettings settings)
    {
        var verdict = PeerCertificate.Judge(peer, issuing, PeerKind.Controller, DateTimeOffset.UtcNow.AddSeconds(settings.ClockOffset));
        return verdict.Id is not { } id ? $"it is no controller of this grid: {verdict.Reason}"
            : settings.Controllers.Contains(id) ? null : $"it is controller {id}, which is not of this grid";
    }
}

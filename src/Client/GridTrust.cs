using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Client;

/// <summary>Gets grid.json from an address nobody vouches for, and judges it by the pin: the address never decides whom we trust.</summary>
public static class GridTrust
{
    public const int AnswerBytesMax = 16 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The newest grid document that <paramref name="pin"/> vouches for.</summary>
    /// <exception cref="TrustException">Another grid answered, or no grid.</exception>
    /// <exception cref="ControllerUnreachableException">Nobody answered.</exception>
    public static async Task<GridDocument> FetchAsync(string url, string pin, int versionFloor, CancellationToken cancel)
    {
        var verdict = GridChain.Follow(pin, null, await OfferedAsync(url, cancel));
        if (verdict is not GridAccepted { Grid: var grid })
            throw new TrustException($"cannot trust {url}: {((GridRefused)verdict).Reason}",
                "check the address and the pin; g8os-controller login-link prints both");
        return grid.Version >= versionFloor ? grid : throw new TrustException(
            $"cannot trust {url}: it offers version {grid.Version} of the grid document, version {versionFloor} was seen before",
            "ask who runs the controller: an old backup may have been restored");
    }

    /// <summary>The pin an address claims for itself. Nothing vouches for it: it is only good to be compared by a person.</summary>
    public static async Task<string?> ClaimedPinAsync(string url, CancellationToken cancel)
    {
        var versions = await OfferedAsync(url, cancel);
        return versions.Count > 0 && GridChain.Read(versions[0]) is { } grid ? GridChain.PinOf(grid) : null;
    }

    [SuppressMessage("Security", "CA5359", Justification = "The answer is signed; TLS on this request is accepted unjudged (design: keys).")]
    private static async Task<Values<SignedDocument>> OfferedAsync(string url, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = Limit };
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler) { Timeout = Limit, MaxResponseContentBufferSize = AnswerBytesMax };
        try
        {
            using var answer = await http.GetAsync(new Uri(url + Routes.Grid + "?after=0"), cancel);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw NoController(url, $"{Routes.Grid} was answered with {(int)answer.StatusCode}", null);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancel);
            return JsonSerializer.Deserialize(bytes, WireJson.Default.ValuesSignedDocument) ?? [];
        }
        catch (JsonException e)
        {
            throw NoController(url, $"{Routes.Grid} was not answered with a grid document", e);
        }
        catch (Exception e) when (Transport.IsFailure(e, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            throw Transport.Unreachable(url, e);
        }
    }

    private static TrustException NoController(string url, string reason, Exception? cause) =>
        new($"cannot trust {url}: no g8os controller is there ({reason})", "check the address and the port", cause);
}

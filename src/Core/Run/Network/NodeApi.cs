using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Core.Run.Network;

/// <summary>An answer that is no proof of a controller of this grid: said by whom it is not, and tried again elsewhere.</summary>
internal sealed class StrangerException(string message) : Exception(message);

/// <summary>A controller's node API at one URL, over one bound client.</summary>
internal sealed class NodeApi(HttpClient http, string url, GridFile grid, NodeClock clock)
{
    private const int NonceBytes = 16;

    public string Url => url;

    /// <summary>grid.json from the pin, then a signed ping. Throws <see cref="StrangerException"/> when whoever answers is not of this grid.</summary>
    public async Task<PingVerdict> ProveAsync(CancellationToken stop)
    {
        await FollowGridAsync(stop);
        var ping = await PingAsync(stop);
        if (ping.Finding == PingFinding.UnknownKey) // a key rotated a moment ago: look once more
        {
            await FollowGridAsync(stop);
            ping = await PingAsync(stop);
        }
        return ping.Finding == PingFinding.Ok ? ping : throw new StrangerException(ping.Reason);
    }

    /// <summary>Posts a request signed by the boot identity (and by the node key) and returns the judged answer.</summary>
    public async Task<AnswerVerdict<TAnswer>> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> type, Identity identity, ECDsa? nodeKey, Judge<TAnswer> judge, CancellationToken stop)
        where TAnswer : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, type);
        var signature = identity.Sign(path, body);
        using var message = new HttpRequestMessage(HttpMethod.Post, url + path) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.Add(NodeHeaders.Signature, signature);
        if (nodeKey is not null)
            message.Headers.Add(NodeHeaders.NodeSignature, Convert.ToBase64String(P256.Sign(nodeKey, NodeSignature.RequestBytes(path, body))));
        using var answer = await http.SendAsync(message, stop);
        var bytes = await answer.Content.ReadAsByteArrayAsync(stop);
        var known = grid.Known ?? throw new StrangerException("no grid document is known yet");
        var verdict = judge(bytes, Header(answer, NodeHeaders.Key), Header(answer, NodeHeaders.Signature), signature, known);
        if (verdict.Finding == AnswerFinding.NotSigned && !answer.IsSuccessStatusCode)
            throw new HttpRequestException($"the controller answered {(int)answer.StatusCode} {answer.ReasonPhrase}", null, answer.StatusCode);
        return verdict;
    }

    internal delegate AnswerVerdict<T> Judge<T>(ReadOnlySpan<byte> body, string? key, string? signature, string request, GridDocument grid) where T : class;

    private async Task FollowGridAsync(CancellationToken stop)
    {
        using var answer = await http.GetAsync($"{url}{Routes.Grid}?after={grid.Known?.Version ?? 0}", stop);
        var body = await ReadAsync(answer, stop);
        Values<SignedDocument>? documents;
        try
        {
            documents = JsonSerializer.Deserialize(body, WireJson.Default.ValuesSignedDocument);
        }
        catch (JsonException)
        {
            throw new StrangerException("the answer is no grid document: a captive portal or another web server, not a controller");
        }
        if (grid.Offer(documents ?? []) is { } refusal)
            throw new StrangerException(refusal);
    }

    private async Task<PingVerdict> PingAsync(CancellationToken stop)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
        using var answer = await http.GetAsync($"{url}{Routes.Ping}?nonce={nonce}", stop);
        var body = await ReadAsync(answer, stop);
        return PingJudge.Judge(body, Header(answer, NodeHeaders.Key), Header(answer, NodeHeaders.Signature), nonce, grid.Known!, clock.Now);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if ((int)answer.StatusCode >= 500)
            throw new HttpRequestException($"the controller answered {(int)answer.StatusCode}", null, answer.StatusCode);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new StrangerException($"whoever answers says {(int)answer.StatusCode} {answer.ReasonPhrase}: a captive portal or another web server, not a controller");
        return await answer.Content.ReadAsByteArrayAsync(stop);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

using System.Text.Json;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>What an answer to the probe proves.</summary>
public enum PingFinding
{
    /// <summary>A controller of this grid answered this very probe.</summary>
    Ok,
    /// <summary>No signature headers: a captive portal or another web server.</summary>
    NotSigned,
    /// <summary>Signed by a key grid.json does not vouch for: another grid, or a key that was rotated away.</summary>
    UnknownKey,
    /// <summary>The signature is not over these bytes and our nonce.</summary>
    WrongSignature,
    /// <summary>Signed, but the nonce inside is not ours.</summary>
    WrongNonce,
    /// <summary>Signed, but not a ping answer of the controller whose key signed it.</summary>
    Malformed,
}

/// <summary>
/// A judged probe. Only with <see cref="PingFinding.Ok"/> the rest means anything: the controller's id, its clock, how far ours is behind it
/// (positive: set it forward), its epoch and load, and a challenge for the next signed request.
/// </summary>
public sealed record PingVerdict(PingFinding Finding, string Reason)
{
    public string Controller { get; init; } = "";
    public DateTimeOffset Time { get; init; }
    public TimeSpan Behind { get; init; }
    public long Epoch { get; init; }
    public double Load { get; init; }
    public string Challenge { get; init; } = "";
}

/// <summary>Decides whether whoever answered <c>GET /v1/ping?nonce=…</c> is a controller of our grid. Addresses, TLS and status codes prove nothing.</summary>
public static class PingJudge
{
    /// <summary>The most bytes of an answer.</summary>
    public const int MaxBody = 16 * 1024;

    /// <summary>Judges the body and the values of <see cref="NodeHeaders.Key"/> and <see cref="NodeHeaders.Signature"/> (null when absent).</summary>
    public static PingVerdict Judge(ReadOnlySpan<byte> body, string? key, string? signature, string nonce, GridDocument grid, DateTimeOffset ourTime)
    {
        var (finding, controller) = AnswerJudge.Signer(Routes.Ping, nonce, body, key, signature, grid);
        if (finding != PingFinding.Ok)
            return new PingVerdict(finding, AnswerJudge.Describe(finding));
        if (Parse(body) is not { } answer || answer.Controller != controller)
            return new PingVerdict(PingFinding.Malformed, AnswerJudge.Describe(PingFinding.Malformed));
        if (answer.Nonce != nonce)
            return new PingVerdict(PingFinding.WrongNonce, AnswerJudge.Describe(PingFinding.WrongNonce));
        return new PingVerdict(PingFinding.Ok, $"controller {controller} answered")
        {
            Controller = controller,
            Time = answer.Time,
            Behind = answer.Time - ourTime,
            Epoch = answer.Epoch,
            Load = answer.Load,
            Challenge = answer.Challenge,
        };
    }

    private static PingAnswer? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WireJson.Default.PingAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

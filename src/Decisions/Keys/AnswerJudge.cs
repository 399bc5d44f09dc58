using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>What an answer of enroll, unlock or certificate proves.</summary>
public enum AnswerFinding
{
    /// <summary>A controller of our grid answered this very request.</summary>
    Ok,
    /// <summary>A controller of our grid says that the request did not prove who it is from (an old challenge, a wrong signature): get a new challenge and sign again.</summary>
    Unproven,
    /// <summary>No signature headers: not a controller, or one that had no time for us (see the status code).</summary>
    NotSigned,
    /// <summary>Signed by a key grid.json does not vouch for.</summary>
    UnknownKey,
    /// <summary>The signature is not over these bytes and our request.</summary>
    WrongSignature,
    /// <summary>Signed, but not an answer of this kind.</summary>
    Malformed,
}

/// <summary>A judged answer; <see cref="Answer"/> is there only with <see cref="AnswerFinding.Ok"/>.</summary>
public sealed record AnswerVerdict<T>(AnswerFinding Finding, string Controller, string Reason, T? Answer)
    where T : class;

/// <summary>Decides whether an answer of the node API is from a controller of our grid, to the request we sent. The status code is not looked at.</summary>
public static class AnswerJudge
{
    /// <summary>The most bytes of an answer.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>HPKE info of a share in <see cref="UnlockAnswer.SealedShare"/>; the aad is the request's 64 signature bytes.</summary>
    public static ReadOnlySpan<byte> ShareInfo => "g8os unlock"u8;

    /// <summary>HPKE info of a join token in <see cref="EnrollRequest.SealedToken"/>; the aad is the node id in ASCII.</summary>
    public static ReadOnlySpan<byte> TokenInfo => "g8os join token"u8;

    /// <summary>Judges an answer of /v1/enroll; <paramref name="request"/> is the request's signature header, as are key and signature the answer's.</summary>
    public static AnswerVerdict<EnrollAnswer> Enroll(ReadOnlySpan<byte> body, string? key, string? signature, string request, GridDocument grid) =>
        Judge(Routes.Enroll, request, body, key, signature, grid, WireJson.Default.EnrollAnswer, answer => answer.Challenge);

    /// <summary>Judges an answer of /v1/unlock.</summary>
    public static AnswerVerdict<UnlockAnswer> Unlock(ReadOnlySpan<byte> body, string? key, string? signature, string request, GridDocument grid) =>
        Judge(Routes.Unlock, request, body, key, signature, grid, WireJson.Default.UnlockAnswer, answer => answer.Challenge);

    /// <summary>Judges an answer of /v1/certificate.</summary>
    public static AnswerVerdict<CertificateAnswer> Certificate(ReadOnlySpan<byte> body, string? key, string? signature, string request, GridDocument grid) =>
        Judge(Routes.Certificate, request, body, key, signature, grid, WireJson.Default.CertificateAnswer, answer => answer.Challenge);

    /// <summary>The controller's share of the disk key, 32 bytes; null when it was not sealed to this key for this request.</summary>
    public static byte[]? OpenShare(UnlockAnswer answer, ECDiffieHellman ephemeral, string request)
    {
        if (Base64.Decode(answer.SealedShare, DiskKey.Length + Hpke.Overhead) is not { } message || Base64.Decode(request, P256.SignatureLength) is not { } aad)
            return null;
        return Hpke.Open(ephemeral, ShareInfo, aad, message) is { Length: DiskKey.Length } share ? share : null;
    }

    internal static (PingFinding Finding, string Controller) Signer(
        string path, string binding, ReadOnlySpan<byte> body, string? key, string? signature, GridDocument grid)
    {
        if (key is null || Base64.Decode(signature, P256.SignatureLength) is not { Length: P256.SignatureLength } bytes)
            return (PingFinding.NotSigned, "");
        foreach (var controller in grid.Controllers)
        {
            if (P256.DecodeSpki(controller.Key) is not { } spki || P256.KeyId(spki) != key)
                continue;
            var good = P256.Verify(spki, NodeSignature.AnswerBytes(path, binding, body), bytes);
            return good ? (PingFinding.Ok, controller.Id) : (PingFinding.WrongSignature, "");
        }
        return (PingFinding.UnknownKey, "");
    }

    internal static string Describe(PingFinding finding) => finding switch
    {
        PingFinding.Ok => "a controller answered",
        PingFinding.NotSigned => "the answer is not signed: a captive portal or another web server, not a controller",
        PingFinding.UnknownKey => "the answer is signed by a key this grid does not know: a controller of another grid",
        PingFinding.WrongSignature => "the answer's signature is wrong: it was changed on its way, or answers something else",
        PingFinding.WrongNonce => "the answer is to another probe: a replay",
        PingFinding.Malformed => "the answer is signed but not understood: a controller of another version",
        _ => throw new System.Diagnostics.UnreachableException($"internal error: finding {finding} is not described"),
    };

    private static AnswerVerdict<T> Judge<T>(
        string path, string binding, ReadOnlySpan<byte> body, string? key, string? signature, GridDocument grid, JsonTypeInfo<T> type, Func<T, string> challenge)
        where T : class
    {
        var (finding, controller) = Signer(path, binding, body, key, signature, grid);
        if (finding != PingFinding.Ok)
            return new AnswerVerdict<T>(Of(finding), "", Describe(finding), null);
        if (Parse(body, type) is not { } answer)
            return new AnswerVerdict<T>(AnswerFinding.Malformed, controller, Describe(PingFinding.Malformed), null);
        return challenge(answer).Length == 0
            ? new AnswerVerdict<T>(AnswerFinding.Unproven, controller, "the controller did not take our request as proved: a new challenge is needed", null)
            : new AnswerVerdict<T>(AnswerFinding.Ok, controller, "", answer);
    }

    private static AnswerFinding Of(PingFinding finding) => finding switch
    {
        PingFinding.NotSigned => AnswerFinding.NotSigned,
        PingFinding.UnknownKey => AnswerFinding.UnknownKey,
        PingFinding.WrongSignature => AnswerFinding.WrongSignature,
        _ => AnswerFinding.Malformed,
    };

    private static T? Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

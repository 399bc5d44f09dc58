using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Fuzz;

/// <summary>
/// What a controller, or whoever stands in its place, answers. Unsigned bytes are never believed; bytes that are signed but wrong (a controller of another
/// version, or one that went mad) are refused, not thrown at. The key below is for nothing else.
/// </summary>
internal static class TrustTargets
{
    private const string Nonce = "00112233445566778899aabbccddeeff";
    private static readonly ECDsa key = FixedKey();
    private static readonly byte[] spki = key.ExportSubjectPublicKeyInfo();
    private static readonly string pin = P256.KeyId(spki);
    private static readonly GridDocument grid = NewGrid();
    private static readonly DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly string[] GridWords =
    [
        "{\"payload\":", "\"signatures\":", "\"key\":", "\"signature\":", "\"version\":", "\"root\":", "\"controllers\":", "\"issuingCertificate\":", "\"sealKey\":", "\"sshCa\":",
        "\"timeFloor\":", "\"endpoints\":", "\"sessionPort\":", "\"name\":", "null", "[", "]", "{", "}", ",", "0", "1", "2", "-1", "2147483648", "\"\"", "\"9999-12-31T23:59:59Z\"", Convert.ToBase64String(spki),
    ];

    public static readonly string[] AnswerWords =
    [
        "\"controller\":", "\"nonce\":", "\"time\":", "\"epoch\":", "\"load\":", "\"challenge\":", "\"standing\":", "\"sealedShare\":", "\"certificate\":", "\"sshUsers\":", "null", "[", "]", "{", "}", ",",
        "\"ac1\"", $"\"{Nonce}\"", "1e999", "-0", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999+14:00\"", "\"accepted\"", "\n",
    ];

    /// <summary>The list of signed documents as it comes over the wire: nothing that our root did not sign is taken.</summary>
    public static void GridAnswer(ReadOnlySpan<byte> input)
    {
        Values<SignedDocument>? offered;
        try
        {
            offered = JsonSerializer.Deserialize(input, WireJson.Default.ValuesSignedDocument);
        }
        catch (JsonException)
        {
            return;
        }
        // A root may hand over to another; the first one is ours.
        if (GridChain.Follow(pin, null, offered ?? []) is GridAccepted && GridChain.PinOf(GridChain.Read(offered![0])!) != pin)
            throw new BrokenPromiseException("a grid of another root was taken");
        GridChain.Follow(pin, grid, offered ?? []);
    }

    /// <summary>A document that our root did sign, whatever it says.</summary>
    public static void GridDocument(ReadOnlySpan<byte> input)
    {
        var signed = new SignedDocument
        {
            Payload = Convert.ToBase64String(input),
            Signatures = [new(pin, Convert.ToBase64String(P256.Sign(key, NodeSignature.GridBytes(input))))],
        };
        if (GridChain.Follow(pin, null, [signed]) is not GridAccepted { Grid: var first })
            return;
        if (first.Version != 1 || GridChain.PinOf(first) != pin)
            throw new BrokenPromiseException($"version {first.Version} of {GridChain.PinOf(first)} was taken");
        if (GridChain.Follow(pin, first, [signed]) is not GridAccepted { Signed: null } || GridChain.Read(signed) != first)
            throw new BrokenPromiseException("offered again it is another document");
        P256.KeyId(Convert.FromBase64String(first.SealKey));
    }

    /// <summary>First as a stranger sends it, then as one of our controllers would.</summary>
    public static void Ping(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input).Split('\n', 3);
        if (PingJudge.Judge(input, text[0], text.Length > 1 ? text[1] : null, Nonce, grid, now).Finding == PingFinding.Ok)
            throw new BrokenPromiseException("an answer that nobody signed was believed");
        var verdict = PingJudge.Judge(input, pin, Signature(Routes.Ping, input), Nonce, grid, now);
        if (verdict.Finding is not (PingFinding.Ok or PingFinding.Malformed or PingFinding.WrongNonce))
            throw new BrokenPromiseException($"a signed answer is {verdict.Finding}");
        if (verdict.Finding == PingFinding.Ok && (verdict.Controller != "ac1" || verdict.Challenge is null || verdict.Reason.Any(char.IsControl)))
            throw new BrokenPromiseException($"believed: {verdict}");
        if (verdict.Finding == PingFinding.Ok && now + verdict.Behind != verdict.Time)
            throw new BrokenPromiseException($"the clocks do not add up: {verdict}");
    }

    /// <summary>Answers of enroll, unlock and certificate, signed; the first byte chooses which.</summary>
    public static void NodeAnswer(ReadOnlySpan<byte> input)
    {
        var request = Signature("x", "y"u8);
        var body = input.Length == 0 ? input : input[1..];
        switch (input.Length == 0 ? 0 : input[0] % 3)
        {
            case 0:
                Check(AnswerJudge.Enroll(body, pin, Signature(Routes.Enroll, body, request), request, grid), answer => answer.Name is null);
                break;
            case 1:
                var unlock = AnswerJudge.Unlock(body, pin, Signature(Routes.Unlock, body, request), request, grid);
                Check(unlock, answer => answer.Reason is null);
                if (unlock.Answer is { } answer)
                {
                    using var ephemeral = ECDiffieHellman.Create(key.ExportParameters(true));
                    AnswerJudge.OpenShare(answer, ephemeral, request);
                }
                break;
            default:
                Check(AnswerJudge.Certificate(body, pin, Signature(Routes.Certificate, body, request), request, grid),
                    answer => answer.SshUsers.Any(user => user is null || user.Keys is null));
                break;
        }
    }

    private static void Check<T>(AnswerVerdict<T> verdict, Func<T, bool> broken)
        where T : class
    {
        if (verdict.Finding is not (AnswerFinding.Ok or AnswerFinding.Malformed or AnswerFinding.Unproven))
            throw new BrokenPromiseException($"a signed answer is {verdict.Finding}");
        if (verdict.Answer is { } answer && broken(answer))
            throw new BrokenPromiseException($"a part that is declared is missing: {answer}");
    }

    private static string Signature(string path, ReadOnlySpan<byte> body, string binding = Nonce) =>
        Convert.ToBase64String(P256.Sign(key, NodeSignature.AnswerBytes(path, binding, body)));

    /// <summary>Always the same key, so that kept inputs stay what they were.</summary>
    private static ECDsa FixedKey() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = SHA256.HashData("g8os fuzz targets"u8) });

    private static GridDocument NewGrid() => new()
    {
        Version = 1,
        Name = "fuzz",
        Root = Convert.ToBase64String(spki),
        IssuingCertificate = "AQID",
        Controllers = [new("ac1", Convert.ToBase64String(spki))],
        SealKey = Convert.ToBase64String(spki),
        SshCa = "ecdsa-sha2-nistp256 AAAA",
        TimeFloor = new(2029, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };
}

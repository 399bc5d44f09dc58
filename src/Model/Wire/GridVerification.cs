using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace G8os.Model.Wire;

/// <summary>What came of judging a grid document: the newest version that the pin vouches for, or the reason why there is none.</summary>
public sealed record GridVerdict(GridDocument? Grid, string Reason)
{
    /// <summary>The exact bytes of <see cref="Grid"/>, as they were signed.</summary>
    public byte[] Payload { get; init; } = [];
}

/// <summary>
/// Judges grid.json from a pin, without I/O and without a clock (design: keys, "grid.json"). The pin names the root key that signs
/// version 1; version N+1 is signed by the root of version N and, when it names a new root, by that one too.
/// </summary>
public static class GridVerification
{
    /// <summary>What is signed: this, then the payload's bytes.</summary>
    public const string SignaturePrefix = "g8os grid\n";
    public const int VersionsMax = 1024;
    public const int PayloadBytesMax = 64 * 1024;
    private const string PinPrefix = "sha256:";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The id of a key: <c>sha256:</c> + lower-case hex SHA-256 of its SubjectPublicKeyInfo.</summary>
    public static string KeyId(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        PinPrefix + Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo));

    /// <summary>True for <c>sha256:</c> and 64 lower-case hex digits.</summary>
    public static bool IsPin(string text) =>
        text.StartsWith(PinPrefix, StringComparison.Ordinal) && text.Length == PinPrefix.Length + 64
        && text.AsSpan(PinPrefix.Length).IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>
    /// Judges <paramref name="versions"/> in order. Without <paramref name="known"/> they start at version 1 under <paramref name="pin"/>;
    /// with it they continue it (none at all leaves it the newest).
    /// </summary>
    public static GridVerdict Verify(string pin, IReadOnlyList<SignedDocument> versions, GridDocument? known = null)
    {
        if (versions.Count > VersionsMax)
            return Refused($"{versions.Count} versions were offered, at most {VersionsMax} are read");
        if (versions.Count == 0 && known is null)
            return Refused("no version of grid.json was offered");
        var verdict = new GridVerdict(known, "");
        foreach (var version in versions)
        {
            verdict = Next(pin, verdict.Grid, version);
            if (verdict.Grid is null)
                return verdict;
        }
        return verdict;
    }

    private static GridVerdict Next(string pin, GridDocument? previous, SignedDocument signed)
    {
        var number = (previous?.Version ?? 0) + 1;
        try
        {
            if (signed?.Payload is null || signed.Payload.Length > PayloadBytesMax * 4 / 3 + 4)
                return Refused($"version {number} is absent or larger than {PayloadBytesMax} bytes");
            var payload = Convert.FromBase64String(signed.Payload);
            if (JsonSerializer.Deserialize(payload, WireJson.Default.GridDocument) is not { } grid)
                return Refused($"version {number} is empty");
            if (grid.Version != number)
                return Refused($"version {number} was expected, {grid.Version} was offered");
            var root = Convert.FromBase64String(grid.Root);
            var rootId = KeyId(root);
            if (previous is null && rootId != pin)
                return Refused($"it is the grid {rootId}, the pin says {pin}");
            var signer = previous is null ? root : Convert.FromBase64String(previous.Root);
            if (!IsSigned(signed, payload, signer))
                return Refused($"version {number} is not signed by {KeyId(signer)}");
            if (KeyId(signer) != rootId && !IsSigned(signed, payload, root))
                return Refused($"version {number} names the new root {rootId}, which did not sign it");
            return new GridVerdict(grid, "") { Payload = payload };
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return Refused($"version {number} cannot be read: {e.Message}");
        }
    }

    private static bool IsSigned(SignedDocument signed, byte[] payload, byte[] key)
    {
        var id = KeyId(key);
        var signature = signed.Signatures?.FirstOrDefault(s => s?.Key == id);
        if (signature is null)
            return false;
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key, out _);
        byte[] message = [.. Encoding.UTF8.GetBytes(SignaturePrefix), .. payload];
        return ecdsa.KeySize == 256 && ecdsa.VerifyData(message, Convert.FromBase64String(signature.Signature), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static GridVerdict Refused(string reason) => new(null, reason);
}

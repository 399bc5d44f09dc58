using System.Security.Cryptography;

namespace G8os.Decisions.Keys;

/// <summary>
/// The one curve of g8os: P-256 keys as SubjectPublicKeyInfo (RFC 5480, always the 91 bytes of an uncompressed named-curve key, so that
/// a key has one encoding and one id) and ECDSA with SHA-256 in IEEE P1363 form (64 bytes).
/// </summary>
public static class P256
{
    /// <summary>Bytes of a signature: r ‖ s.</summary>
    public const int SignatureLength = 64;

    /// <summary>Bytes of a SubjectPublicKeyInfo.</summary>
    public const int SpkiLength = 91;

    /// <summary>Bytes of an uncompressed point: 04 ‖ x ‖ y.</summary>
    public const int PointLength = 65;

    /// <summary>Hex digits of a node id.</summary>
    public const int NodeIdLength = 32;

    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];

    /// <summary>The point inside a SubjectPublicKeyInfo; empty when it is not one of a P-256 key.</summary>
    public static ReadOnlySpan<byte> PointOf(ReadOnlySpan<byte> spki) =>
        spki.Length == SpkiLength && spki.StartsWith(SpkiPrefix) && spki[SpkiPrefix.Length] == 4 ? spki[SpkiPrefix.Length..] : [];

    /// <summary>The SubjectPublicKeyInfo of an uncompressed point.</summary>
    public static byte[] SpkiOf(ReadOnlySpan<byte> point) => [.. SpkiPrefix, .. point];

    /// <summary>The curve's parameters for a SubjectPublicKeyInfo, or null when it is not one; whether the point is on the curve shows at import.</summary>
    public static ECParameters? Parameters(ReadOnlySpan<byte> spki)
    {
        var point = PointOf(spki);
        return point.IsEmpty ? null : new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
        };
    }

    /// <summary>The verifying key of a SubjectPublicKeyInfo; null when the bytes are not a point of the curve.</summary>
    public static ECDsa? Import(ReadOnlySpan<byte> spki)
    {
        if (Parameters(spki) is not { } parameters)
            return null;
        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The SubjectPublicKeyInfo in base64; null when it is not base64 or not a key of this curve.</summary>
    public static byte[]? DecodeSpki(string? base64)
    {
        if (Base64.Decode(base64, SpkiLength) is not { } spki)
            return null;
        using var key = Import(spki);
        return key is null ? null : spki;
    }

    /// <summary>Signs with SHA-256; 64 bytes.</summary>
    public static byte[] Sign(ECDsa key, ReadOnlySpan<byte> data) =>
        key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>True when the signature over the data is by this key; false for anything malformed.</summary>
    public static bool Verify(ReadOnlySpan<byte> spki, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
            return false;
        using var key = Import(spki);
        return key is not null && key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary><c>sha256:</c> + lower-case hex SHA-256 of the SubjectPublicKeyInfo: how documents, pins and headers name a key.</summary>
    public static string KeyId(ReadOnlySpan<byte> spki) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(spki));

    /// <summary>A node's id: the first 16 bytes of SHA-256 over its boot identity, 32 lower-case hex digits.</summary>
    public static string NodeId(ReadOnlySpan<byte> spki) => Convert.ToHexStringLower(SHA256.HashData(spki).AsSpan(0, NodeIdLength / 2));

    /// <summary>True for 32 lower-case hex digits.</summary>
    public static bool IsNodeId(string? text) => text is { Length: NodeIdLength } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>What people compare on two screens: the id's 128 bits as eight groups of four digits, <c>9f1c-22ab-…</c>.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> spki) => string.Join('-', NodeId(spki).Chunk(4).Select(group => new string(group)));
}

using System.Security.Cryptography;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Keys.Tests;

/// <summary>Real keys and grid documents for tests.</summary>
internal static class TestGrid
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static byte[] Spki(ECDsa key) => key.ExportSubjectPublicKeyInfo();
    public static string Base64(ECDsa key) => Convert.ToBase64String(Spki(key));
    public static string Id(ECDsa key) => P256.KeyId(Spki(key));

    public static GridDocument Document(int version, ECDsa root, params (string Id, ECDsa Key)[] controllers) => new()
    {
        Version = version,
        Name = "test",
        Root = Base64(root),
        IssuingCertificate = Convert.ToBase64String([1, 2, 3]),
        Controllers = controllers.Select(controller => new ControllerKey(controller.Id, Base64(controller.Key))).ToValues(),
        SealKey = Base64(root),
        SshCa = "ecdsa-sha2-nistp256 AAAA",
        TimeFloor = Now.AddYears(-1),
    };

    public static SignedDocument Sign(GridDocument document, params ECDsa[] signers) =>
        Sign(JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.GridDocument), signers);

    public static SignedDocument Sign(byte[] payload, params ECDsa[] signers) => new()
    {
        Payload = Convert.ToBase64String(payload),
        Signatures = signers
            .Select(key => new DocumentSignature(Id(key), Convert.ToBase64String(P256.Sign(key, NodeSignature.GridBytes(payload)))))
            .ToValues(),
    };
}

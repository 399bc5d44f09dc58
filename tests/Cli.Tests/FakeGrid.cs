using G8os.Decisions.Keys;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using G8os.Model;
using G8os.Model.Wire;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace G8os.Cli.Tests;

/// <summary>The keys of a grid for tests: root, issuing CA, and documents signed as the wire has them.</summary>
internal sealed class FakeGrid : IDisposable
{
    public const string ControllerUri = "g8os:controller:ac1";
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public FakeGrid()
    {
        var request = new CertificateRequest("CN=test grid CA", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public ECDsa Root { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public X509Certificate2 Authority { get; }
    public string Pin => Id(Root);

    public static string Id(ECDsa key) => P256.KeyId(key.ExportSubjectPublicKeyInfo());

    /// <summary>A server certificate of this grid's CA with one URI as its name.</summary>
    public X509Certificate2 Issue(string uri)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        names.AddDnsName("elsewhere.example.org");
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(Authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public GridDocument Document(int version = 1, ECDsa? root = null) => new()
    {
        Version = version,
        Name = "test",
        Root = Convert.ToBase64String((root ?? Root).ExportSubjectPublicKeyInfo()),
        IssuingCertificate = Convert.ToBase64String(Authority.RawData),
        Controllers = [],
        SealKey = Convert.ToBase64String(Root.ExportSubjectPublicKeyInfo()),
        SshCa = "ssh-ed25519 AAAA",
        TimeFloor = DateTimeOffset.UnixEpoch,
    };

    public static SignedDocument Sign(GridDocument document, params ECDsa[] keys)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.GridDocument);
        byte[] message = [.. Encoding.UTF8.GetBytes("g8os grid\n"), .. payload];
        return new SignedDocument
        {
            Payload = Convert.ToBase64String(payload),
            Signatures = keys.Select(k => new DocumentSignature(Id(k), Convert.ToBase64String(
                k.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)))).ToValues(),
        };
    }

    public void Dispose()
    {
        Root.Dispose();
        Authority.Dispose();
        authorityKey.Dispose();
    }
}

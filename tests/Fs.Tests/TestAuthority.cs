using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using G8os.Decisions.Keys;

namespace G8os.Fs.Tests;

/// <summary>An issuing CA with certificates of controllers and nodes, as a grid has them.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    internal TestAuthority()
    {
        var request = new CertificateRequest("CN=test issuing CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    /// <summary>DER, base64.</summary>
    internal string Anchor => Convert.ToBase64String(certificate.RawData);

    internal X509Certificate2 Controller(string id) => Issue(PeerKind.Controller, id, "1.3.6.1.5.5.7.3.1");

    internal X509Certificate2 Node(string id) => Issue(PeerKind.Node, id, "1.3.6.1.5.5.7.3.2");

    private X509Certificate2 Issue(PeerKind kind, string id, string use)
    {
        var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={id}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(PeerCertificate.UriOf(kind, id)));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        return request.Create(certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(own);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}

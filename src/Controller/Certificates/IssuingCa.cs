using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using G8os.Controller.Grid;
using G8os.Decisions.Keys;

namespace G8os.Controller.Certificates;

/// <summary>The grid's issuing CA: node certificates for 24 h, the controller's own for 30 days.</summary>
internal sealed class IssuingCa : IDisposable
{
    public static readonly TimeSpan NodeValidity = TimeSpan.FromHours(24);
    public static readonly TimeSpan ServerValidity = TimeSpan.FromDays(30);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);
    // Clocks of nodes are set by ours to within seconds; certificates start a little earlier.
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);
    private const int SerialLength = 16;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly SigningKey key;

    public IssuingCa(DataDirectory data, string grid)
    {
        key = new SigningKey(data.P256Key("issuing"));
        if (!data.HasKey("issuing.crt"))
            data.WriteKey("issuing.crt", key.Use(signer => SelfSign(signer, grid)).ExportCertificatePem() + "\n");
        try
        {
            Certificate = X509Certificate2.CreateFromPem(data.ReadKey("issuing.crt"));
        }
        catch (CryptographicException)
        {
            throw new StartFault($"cannot read {data.KeyFile("issuing.crt")}: it is not a certificate; restore it from a backup");
        }
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A node's certificate for a checked request's key.</summary>
    public X509Certificate2 IssueNode(PublicKey publicKey, string nodeId)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(PeerCertificate.UriOf(PeerKind.Node, nodeId)));
        return Issue(new CertificateRequest(new X500DistinguishedName("CN=" + nodeId), publicKey, HashAlgorithmName.SHA256), names, ClientAuthentication, NodeValidity);
    }

    /// <summary>The controller's own certificate with a fresh key, for these names beside localhost and 127.0.0.1.</summary>
    public X509Certificate2 IssueServer(string controller, IEnumerable<string> sans)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { "localhost", controller }.Concat(sans.Where(san => !IPAddress.TryParse(san, out _))).Distinct(StringComparer.OrdinalIgnoreCase))
            names.AddDnsName(name);
        foreach (var address in sans.Select(san => IPAddress.TryParse(san, out var address) ? address : null).OfType<IPAddress>().Append(IPAddress.Loopback).Distinct())
            names.AddIpAddress(address);
        names.AddUri(new Uri(PeerCertificate.UriOf(PeerKind.Controller, controller)));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + controller, own, HashAlgorithmName.SHA256);
        using var certificate = Issue(request, names, ServerAuthentication, ServerValidity);
        return certificate.CopyWithPrivateKey(own);
    }

    public void Dispose()
    {
        key.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Issue(CertificateRequest request, SubjectAlternativeNameBuilder names, string use, TimeSpan validity)
    {
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        extensions.Add(names.Build());
        var now = ControllerClock.Now;
        return key.Use(signer => request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), now - Backdate, now + validity, Serial()));
    }

    private static X509Certificate2 SelfSign(ECDsa signer, string grid)
    {
        var request = new CertificateRequest($"CN=g8os {grid} issuing CA", signer, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = ControllerClock.Now;
        return request.CreateSelfSigned(now - Backdate, now + Validity);
    }

    // RFC 5280, 4.1.2.2: positive, unique; the top bit stays clear.
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        return serial;
    }
}

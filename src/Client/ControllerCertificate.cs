using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace G8os.Client;

/// <summary>
/// Judges a controller's TLS certificate: it chains to the grid's issuing CA and its SAN is <c>URI:g8os:controller:ID</c>. Host name
/// and address are never asked (design: keys, "Secure"); node certificates of the same CA name a node and are refused.
/// </summary>
public static class ControllerCertificate
{
    public const string UriPrefix = "g8os:controller:";
    private const string SubjectAlternativeNames = "2.5.29.17";
    /// <summary>GeneralName ::= uniformResourceIdentifier [6] IA5String (RFC 5280, 4.2.1.6).</summary>
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>Null when <paramref name="certificate"/> is a controller's under <paramref name="authority"/>, else why it is not.</summary>
    public static string? WhyRefused(X509Certificate2? certificate, X509Certificate2 authority)
    {
        if (certificate is null)
            return "it showed no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
            return "its certificate does not come from this grid's CA: " + chain.ChainStatus.Select(s => s.StatusInformation.Trim()).FirstOrDefault();
        return Uris(certificate).Any(u => u.StartsWith(UriPrefix, StringComparison.Ordinal) && u.Length > UriPrefix.Length)
            ? null
            : "its certificate is not a controller's";
    }

    /// <summary>The same as a callback of TLS; <paramref name="refused"/> hears the reason.</summary>
    internal static RemoteCertificateValidationCallback Judge(X509Certificate2 authority, Action<string> refused) => (_, shown, _, _) =>
    {
        using var copy = shown is null ? null : X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        var reason = WhyRefused(copy, authority);
        if (reason is not null)
            refused(reason);
        return reason is null;
    };

    private static List<string> Uris(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        try
        {
            foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeNames))
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    if (names.PeekTag().HasSameClassAndValue(UriTag))
                        uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                    else
                        names.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("the subject alternative names are malformed", e);
        }
        return uris;
    }
}

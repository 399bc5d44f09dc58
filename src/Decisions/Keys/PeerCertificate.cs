using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace G8os.Decisions.Keys;

/// <summary>Who a certificate says its owner is: a node or a controller, by the URI in its subject alternative names.</summary>
public enum PeerKind { Node, Controller }

/// <summary>A judged certificate: the peer's id, or why it is refused.</summary>
public sealed record PeerVerdict(string? Id, string Reason);

/// <summary>
/// Judges the certificate of a session's or API's other end: by its chain to the grid's issuing CA at our own clock's time and by the id in its
/// <c>URI:g8os:node:ID</c> or <c>URI:g8os:controller:ID</c>, never by host name or address. Nothing is downloaded.
/// </summary>
public static class PeerCertificate
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The URI that names a peer: <c>g8os:node:ID</c> or <c>g8os:controller:ID</c>.</summary>
    public static string UriOf(PeerKind kind, string id) => Prefix(kind) + id;

    /// <summary>The policy a peer's chain is judged by: this CA alone, this time, no revocation and no downloads.</summary>
    public static X509ChainPolicy Policy(X509Certificate2 issuing, PeerKind kind, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(issuing);
        policy.ApplicationPolicy.Add(new Oid(kind == PeerKind.Node ? ClientAuthentication : ServerAuthentication));
        return policy;
    }

    /// <summary>The peer's id when its certificate chains to the issuing CA (DER in grid.json) and is of this kind.</summary>
    public static PeerVerdict Judge(X509Certificate2? certificate, X509Certificate2 issuing, PeerKind kind, DateTimeOffset now)
    {
        if (certificate is null)
            return new PeerVerdict(null, "it shows no certificate");
        if (now < certificate.NotBefore.ToUniversalTime())
            return new PeerVerdict(null, $"its certificate is not valid before {certificate.NotBefore.ToUniversalTime():u}, our clock says {now:u}");
        if (now > certificate.NotAfter.ToUniversalTime())
            return new PeerVerdict(null, $"its certificate expired at {certificate.NotAfter.ToUniversalTime():u}, our clock says {now:u}");
        using var chain = new X509Chain { ChainPolicy = Policy(issuing, kind, now) };
        if (!chain.Build(certificate))
            return new PeerVerdict(null, $"its certificate is not of this grid: {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}");
        return IdOf(certificate, kind) is { } id
            ? new PeerVerdict(id, "")
            : new PeerVerdict(null, $"its certificate does not name a {kind.ToString().ToLowerInvariant()}");
    }

    /// <summary>The id a certificate names for this kind of peer, without judging the certificate; null when it names none, or several.</summary>
    public static string? IdOf(X509Certificate2 certificate, PeerKind kind)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension)
            return null;
        try
        {
            string? id = null;
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var value = names.PeekTag() == UriTag ? names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag) : Skip(names);
                if (!value.StartsWith(Prefix(kind), StringComparison.Ordinal))
                    continue;
                if (id is not null)
                    return null;
                id = value[Prefix(kind).Length..];
            }
            return id is { Length: > 0 } ? id : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string Skip(AsnReader names)
    {
        names.ReadEncodedValue();
        return "";
    }

    private static string Prefix(PeerKind kind) => kind == PeerKind.Node ? "g8os:node:" : "g8os:controller:";
}

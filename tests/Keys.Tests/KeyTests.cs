using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using G8os.Decisions.Keys;
using Xunit;
using static G8os.Keys.Tests.TestGrid;

namespace G8os.Keys.Tests;

public sealed class KeyTests
{
    [Fact]
    public void Ids_are_of_the_public_keys_bytes()
    {
        using var key = NewKey();
        var spki = Spki(key);
        var hash = Convert.ToHexStringLower(SHA256.HashData(spki));
        Assert.Equal(P256.SpkiLength, spki.Length);
        Assert.Equal("sha256:" + hash, P256.KeyId(spki));
        Assert.Equal(hash[..32], P256.NodeId(spki));
        Assert.Equal(hash[..32], P256.Fingerprint(spki).Replace("-", "", StringComparison.Ordinal));
        Assert.Equal(8, P256.Fingerprint(spki).Split('-').Length);
        Assert.Equal(spki, P256.SpkiOf(P256.PointOf(spki)));
    }

    [Fact]
    public void Only_points_of_the_curve_are_keys()
    {
        using var key = NewKey();
        var spki = Spki(key);
        Assert.NotNull(P256.DecodeSpki(Convert.ToBase64String(spki)));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Null(P256.DecodeSpki(Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())));
        var off = (byte[])spki.Clone();
        off[^1] ^= 1;
        Assert.Null(P256.DecodeSpki(Convert.ToBase64String(off)));
        Assert.Null(P256.DecodeSpki(Convert.ToBase64String(spki.AsSpan(1))));
        Assert.Null(P256.DecodeSpki(Convert.ToBase64String([.. spki, 0])));
        Assert.Null(P256.DecodeSpki("***"));
        Assert.Null(P256.DecodeSpki(null));
        Assert.False(P256.Verify(off, "data"u8, new byte[64]));
    }

    [Fact]
    public void Signatures_are_of_path_and_body()
    {
        using var key = NewKey();
        var signature = P256.Sign(key, NodeSignature.RequestBytes("/v1/enroll", "{}"u8));
        Assert.Equal(64, signature.Length);
        Assert.True(P256.Verify(Spki(key), Encoding.UTF8.GetBytes("g8os request\n/v1/enroll\n{}"), signature));
        Assert.False(P256.Verify(Spki(key), NodeSignature.RequestBytes("/v1/unlock", "{}"u8), signature));
        Assert.False(P256.Verify(Spki(key), NodeSignature.RequestBytes("/v1/enroll", "{} "u8), signature));
        Assert.False(P256.Verify(Spki(key), NodeSignature.RequestBytes("/v1/enroll", "{}"u8), signature.AsSpan(1)));
        Assert.Equal("g8os answer\n/v1/ping\nn\n{}"u8.ToArray(), NodeSignature.AnswerBytes("/v1/ping", "n", "{}"u8));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(119_000, true)]
    [InlineData(121_000, false)]
    [InlineData(-29_000, true)]
    [InlineData(-31_000, false)]
    public void A_challenge_lives_two_minutes(int laterMs, bool good)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var challenge = Challenge.Make(secret, Now, RandomNumberGenerator.GetBytes(16));
        Assert.Equal(good, Challenge.Check(secret, Now.AddMilliseconds(laterMs), challenge));
        Assert.False(Challenge.Check(RandomNumberGenerator.GetBytes(32), Now.AddMilliseconds(laterMs), challenge));
    }

    [Fact]
    public void A_challenge_cannot_be_made_up()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var challenge = Convert.FromBase64String(Challenge.Make(secret, Now, new byte[16]));
        for (var i = 0; i < challenge.Length; i++)
        {
            var changed = (byte[])challenge.Clone();
            changed[i] ^= 1;
            Assert.False(Challenge.Check(secret, Now, Convert.ToBase64String(changed)));
        }
        foreach (var text in new[] { null, "", "AAAA", "*", new string('A', 10_000) })
            Assert.False(Challenge.Check(secret, Now, text));
    }

    [Fact]
    public void A_certificate_is_judged_by_chain_time_and_id()
    {
        using var ca = Authority("ca", out var caKey);
        using var stranger = Authority("ca", out var strangerKey);
        using var good = Leaf(ca, caKey, "g8os:controller:ac1", "1.3.6.1.5.5.7.3.1");
        Assert.Equal("ac1", PeerCertificate.Judge(good, ca, PeerKind.Controller, Now).Id);
        Assert.Contains("expired", PeerCertificate.Judge(good, ca, PeerKind.Controller, Now.AddDays(3)).Reason, StringComparison.Ordinal);
        Assert.Contains("not valid before", PeerCertificate.Judge(good, ca, PeerKind.Controller, Now.AddDays(-3)).Reason, StringComparison.Ordinal);
        Assert.Null(PeerCertificate.Judge(good, stranger, PeerKind.Controller, Now).Id);
        Assert.Null(PeerCertificate.Judge(good, ca, PeerKind.Node, Now).Id);
        Assert.Null(PeerCertificate.Judge(null, ca, PeerKind.Controller, Now).Id);
        using var node = Leaf(ca, caKey, "g8os:node:0011", "1.3.6.1.5.5.7.3.2");
        Assert.Equal("0011", PeerCertificate.Judge(node, ca, PeerKind.Node, Now).Id);
        Assert.Null(PeerCertificate.Judge(node, ca, PeerKind.Controller, Now).Id);
        caKey.Dispose();
        strangerKey.Dispose();
    }

    private static X509Certificate2 Authority(string name, out ECDsa key)
    {
        key = NewKey();
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    private static X509Certificate2 Leaf(X509Certificate2 ca, ECDsa caKey, string uri, string use)
    {
        using var key = NewKey();
        var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        return request.Create(ca.SubjectName, X509SignatureGenerator.CreateForECDsa(caKey), Now.AddDays(-1), Now.AddDays(1), [1, 2, 3]);
    }
}

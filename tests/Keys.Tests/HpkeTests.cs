using System.Security.Cryptography;
using System.Text;
using G8os.Decisions.Keys;
using Xunit;

namespace G8os.Keys.Tests;

/// <summary>RFC 9180's published vector for mode 0, KEM 0x0010, KDF 0x0001, AEAD 0x0002, first encryption (sequence 0), and what must not open.</summary>
public sealed class HpkeTests
{
    private const string Info = "4f6465206f6e2061204772656369616e2055726e";
    private const string SkR = "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2";
    private const string PkR = "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c";
    private const string SkE = "90345e3a1d116c1dd39ae76d95ab858c142223a63e44f8f85318cfa91a84858e";
    private const string PkE = "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0";
    private const string Aad = "436f756e742d30";
    private const string Plain = "4265617574792069732074727574682c20747275746820626561757479";
    private const string Cipher = "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f";

    [Fact]
    public void Seals_as_the_rfc_does()
    {
        using var ephemeral = Key(SkE, PkE);
        var message = Hpke.Seal(ephemeral, P256.SpkiOf(Hex(PkR)), Hex(Info), Hex(Aad), Hex(Plain));
        Assert.Equal(PkE + Cipher, Convert.ToHexStringLower(message));
    }

    [Fact]
    public void Opens_what_the_rfc_sealed()
    {
        using var recipient = Key(SkR, PkR);
        Assert.Equal(Plain, Convert.ToHexStringLower(Hpke.Open(recipient, Hex(Info), Hex(Aad), Hex(PkE + Cipher))!));
    }

    [Fact]
    public void Opens_nothing_that_was_changed()
    {
        using var recipient = Key(SkR, PkR);
        var message = Hex(PkE + Cipher);
        for (var i = 0; i < message.Length; i++)
        {
            var changed = (byte[])message.Clone();
            changed[i] ^= 1;
            Assert.Null(Hpke.Open(recipient, Hex(Info), Hex(Aad), changed));
        }
        Assert.Null(Hpke.Open(recipient, "x"u8, Hex(Aad), message));
        Assert.Null(Hpke.Open(recipient, Hex(Info), "x"u8, message));
        for (var length = 0; length < message.Length; length++)
            Assert.Null(Hpke.Open(recipient, Hex(Info), Hex(Aad), message.AsSpan(0, length)));
    }

    [Fact]
    public void Opens_nothing_of_another_recipient()
    {
        using var stranger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(Hpke.Open(stranger, Hex(Info), Hex(Aad), Hex(PkE + Cipher)));
    }

    [Fact]
    public void Refuses_a_recipient_that_is_no_key()
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<CryptographicException>(() => Hpke.Seal(ephemeral, new byte[91], "i"u8, "a"u8, "p"u8));
    }

    [Fact]
    public void The_disk_key_is_hkdf_of_both_shares()
    {
        byte[] node = [.. Enumerable.Repeat((byte)1, 32)], controller = [.. Enumerable.Repeat((byte)2, 32)];
        const string Id = "00112233445566778899aabbccddeeff";
        // RFC 5869 by hand: PRK = HMAC(no salt, ikm), OKM = HMAC(PRK, info ‖ 01).
        var prk = HMACSHA256.HashData(new byte[32], (byte[])[.. node, .. controller]);
        var expected = HMACSHA256.HashData(prk, (byte[])[.. Encoding.ASCII.GetBytes("g8os disk key\n" + Id), 1]);
        Assert.Equal(expected, DiskKey.Derive(node, controller, Id));
        Assert.NotEqual(expected, DiskKey.Derive(controller, node, Id));
        Assert.NotEqual(expected, DiskKey.Derive(node, controller, Id[..31] + "0"));
        Assert.Throws<ArgumentException>(() => DiskKey.Derive(node.AsSpan(1), controller, Id));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static ECDiffieHellman Key(string secret, string point) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = Hex(secret),
        Q = new ECPoint { X = Hex(point)[1..33], Y = Hex(point)[33..] },
    });
}

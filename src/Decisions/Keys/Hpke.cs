using System.Security.Cryptography;

namespace G8os.Decisions.Keys;

/// <summary>
/// RFC 9180 (HPKE), base mode, single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A sealed message is enc ‖ ciphertext:
/// the 65 bytes of the ephemeral point, then the ciphertext with its 16-byte tag. Randomness comes in with the ephemeral key.
/// </summary>
public static class Hpke
{
    /// <summary>Bytes a sealed message is longer than what is in it.</summary>
    public const int Overhead = P256.PointLength + TagLength;

    private const int TagLength = 16;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int HashLength = 32;

    private static ReadOnlySpan<byte> KemSuite => [(byte)'K', (byte)'E', (byte)'M', 0x00, 0x10];
    private static ReadOnlySpan<byte> HpkeSuite => [(byte)'H', (byte)'P', (byte)'K', (byte)'E', 0x00, 0x10, 0x00, 0x01, 0x00, 0x02];

    /// <summary>Seals to the recipient's key with a key pair made for this one message. Throws when the recipient is not a P-256 key.</summary>
    public static byte[] Seal(
        ECDiffieHellman ephemeral, ReadOnlySpan<byte> recipientSpki, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        using var recipient = Import(recipientSpki)
            ?? throw new CryptographicException("cannot seal a message: the recipient's key is not a P-256 SubjectPublicKeyInfo");
        var enc = Point(ephemeral);
        var shared = ExtractAndExpand(ephemeral, recipient, [.. enc, .. Point(recipient)]);
        var (key, nonce) = KeySchedule(shared, info);
        var message = new byte[enc.Length + plaintext.Length + TagLength];
        enc.CopyTo(message, 0);
        using (var aes = new AesGcm(key, TagLength))
            aes.Encrypt(nonce, plaintext, message.AsSpan(enc.Length, plaintext.Length), message.AsSpan(enc.Length + plaintext.Length), aad);
        CryptographicOperations.ZeroMemory(key);
        return message;
    }

    /// <summary>Opens what was sealed to this key; null when it was not, or anything in it, the info or the aad was changed.</summary>
    public static byte[]? Open(ECDiffieHellman recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> message)
    {
        if (message.Length < Overhead || message[0] != 4)
            return null;
        var enc = message[..P256.PointLength];
        using var sender = Import(P256.SpkiOf(enc));
        if (sender is null)
            return null;
        var shared = ExtractAndExpand(recipient, sender, [.. enc, .. Point(recipient)]);
        var (key, nonce) = KeySchedule(shared, info);
        var plaintext = new byte[message.Length - Overhead];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(nonce, message[P256.PointLength..^TagLength], message[^TagLength..], plaintext, aad);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] ExtractAndExpand(ECDiffieHellman own, ECDiffieHellman other, ReadOnlySpan<byte> context)
    {
        var dh = own.DeriveRawSecretAgreement(other.PublicKey);
        var prk = LabeledExtract(KemSuite, [], "eae_prk"u8, dh);
        CryptographicOperations.ZeroMemory(dh);
        return LabeledExpand(KemSuite, prk, "shared_secret"u8, context, HashLength);
    }

    private static (byte[] Key, byte[] Nonce) KeySchedule(byte[] shared, ReadOnlySpan<byte> info)
    {
        byte[] context = [0, .. LabeledExtract(HpkeSuite, [], "psk_id_hash"u8, []), .. LabeledExtract(HpkeSuite, [], "info_hash"u8, info)];
        var secret = LabeledExtract(HpkeSuite, shared, "secret"u8, []);
        CryptographicOperations.ZeroMemory(shared);
        var key = LabeledExpand(HpkeSuite, secret, "key"u8, context, KeyLength);
        var nonce = LabeledExpand(HpkeSuite, secret, "base_nonce"u8, context, NonceLength);
        CryptographicOperations.ZeroMemory(secret);
        return (key, nonce);
    }

    private static byte[] LabeledExtract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. ikm];
        var prk = new byte[HashLength];
        HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt, prk);
        CryptographicOperations.ZeroMemory(labeled);
        return prk;
    }

    private static byte[] LabeledExpand(ReadOnlySpan<byte> suite, byte[] prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        byte[] labeled = [(byte)(length >> 8), (byte)length, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        var output = new byte[length];
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, labeled);
        return output;
    }

    private static ECDiffieHellman? Import(ReadOnlySpan<byte> spki)
    {
        if (P256.Parameters(spki) is not { } parameters)
            return null;
        try
        {
            return ECDiffieHellman.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Point(ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using G8os.Decisions.Keys;

namespace G8os.Controller.Grid;

/// <summary>A P-256 private key that many requests sign with at once: an ECDsa is not safe to share, so each borrows one.</summary>
internal sealed class SigningKey(byte[] pkcs8) : IDisposable
{
    private readonly ConcurrentBag<ECDsa> idle = [];

    public byte[] Spki { get; } = SpkiOf(pkcs8);
    public string Id => P256.KeyId(Spki);
    public string SpkiBase64 => Convert.ToBase64String(Spki);

    /// <summary>Signs bytes as the node API does.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var key = Borrow();
        var signature = P256.Sign(key, data);
        idle.Add(key);
        return signature;
    }

    /// <summary>Uses the key for something else, e.g. a certificate.</summary>
    public T Use<T>(Func<ECDsa, T> work)
    {
        var key = Borrow();
        var value = work(key);
        idle.Add(key);
        return value;
    }

    public void Dispose()
    {
        while (idle.TryTake(out var key))
            key.Dispose();
    }

    private ECDsa Borrow()
    {
        if (idle.TryTake(out var key))
            return key;
        key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }

    private static byte[] SpkiOf(byte[] pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key.ExportSubjectPublicKeyInfo();
    }
}

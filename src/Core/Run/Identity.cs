using System.Security.Cryptography;
using System.Text;
using G8os.Decisions.Keys;
using G8os.Linux.Files;

namespace G8os.Core.Run;

/// <summary>The boot identity: a key pair whose hash is the node's id, and this node's half of the disk key. Made once, kept outside the private files.</summary>
internal sealed class Identity : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600

    private Identity(ECDsa key)
    {
        Key = key;
        var spki = key.ExportSubjectPublicKeyInfo();
        Spki = Convert.ToBase64String(spki);
        Id = P256.NodeId(spki);
        Fingerprint = P256.Fingerprint(spki);
    }

    public ECDsa Key { get; }
    public string Spki { get; }
    public string Id { get; }
    public string Fingerprint { get; }

    public static Identity LoadOrMake()
    {
        Directory.CreateDirectory(NodeFiles.Identity, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var key = ECDsa.Create();
        if (File.Exists(NodeFiles.BootKey))
            key.ImportFromPem(File.ReadAllText(NodeFiles.BootKey));
        else
        {
            key.GenerateKey(ECCurve.NamedCurves.nistP256);
            AtomicFile.Write(NodeFiles.BootKey, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), OwnerOnly);
        }
        if (!File.Exists(NodeFiles.Share))
            AtomicFile.Write(NodeFiles.Share, RandomNumberGenerator.GetBytes(DiskKey.Length), OwnerOnly);
        return new Identity(key);
    }

    public string Sign(string path, ReadOnlySpan<byte> body) => Convert.ToBase64String(P256.Sign(Key, NodeSignature.RequestBytes(path, body)));

    public void Dispose() => Key.Dispose();
}

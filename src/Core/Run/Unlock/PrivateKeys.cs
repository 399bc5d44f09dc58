using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using G8os.Core.Init;
using G8os.Linux.Files;

namespace G8os.Core.Run.Unlock;

/// <summary>What is made inside the private files at their first mount: the node key, sshd's host key, and later the certificate.</summary>
internal static class PrivateKeys
{
    private const uint OwnerOnly = 0x180;
    private static readonly TimeSpan KeygenLimit = TimeSpan.FromSeconds(30);
    private static readonly UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Prepare()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(NodeFiles.NodeKey)!, OwnerDirectory);
        Directory.CreateDirectory(NodeFiles.Ssh, OwnerDirectory);
        if (File.Exists(NodeFiles.NodeKey))
            return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AtomicFile.Write(NodeFiles.NodeKey, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), OwnerOnly);
    }

    public static ECDsa NodeKey()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(NodeFiles.NodeKey));
        return key;
    }

    /// <summary>The node certificate with its key, or null when there is none that belongs to the key.</summary>
    public static X509Certificate2? Certificate()
    {
        if (!File.Exists(NodeFiles.NodeCertificate))
            return null;
        try
        {
            using var bare = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(NodeFiles.NodeCertificate));
            using var key = NodeKey();
            return bare.CopyWithPrivateKey(key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            CoreLog.Write($"{NodeFiles.NodeCertificate} is damaged or of another key: {fault.Message}; another one is asked for");
            return null;
        }
    }

    /// <summary>Milliseconds by the node's clock; 0 without a certificate or with one that is not valid now.</summary>
    public static long CertificateValidFor(NodeClock clock)
    {
        using var certificate = Certificate();
        if (certificate is null || clock.Now < new DateTimeOffset(certificate.NotBefore))
            return 0;
        return Math.Max(0, (long)(new DateTimeOffset(certificate.NotAfter) - clock.Now).TotalMilliseconds);
    }

    public static async Task MakeHostKeyAsync(Children children)
    {
        if (File.Exists(NodeFiles.SshHostKey) && File.Exists(NodeFiles.SshHostKey + ".pub"))
            return;
        File.Delete(NodeFiles.SshHostKey);
        var status = await children.RunAsync(new SpawnRequest
        {
            Name = "",
            Argv = ["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "g8os", "-f", NodeFiles.SshHostKey],
            Stderr = $"{NodeFiles.Logs}/sshd.log",
        }, KeygenLimit);
        if (status != 0)
            throw new IOException($"cannot make {NodeFiles.SshHostKey}: ssh-keygen ended with {WaitStatus.Say(status)}");
    }
}

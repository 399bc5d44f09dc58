using System.Text;
using G8os.Linux.Files;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Core.Run.Ssh;

/// <summary>sshd's own files in /mnt/etc/ssh, rendered from what came with the node's certificate.</summary>
internal static class SshFiles
{
    private const uint OwnerOnly = 0x180;
    private const uint Readable = 0x1A4;
    private const string HostCertificate = NodeFiles.SshHostKey + "-cert.pub";
    private const string UserCa = NodeFiles.Ssh + "/user_ca.pub";
    private const string Principals = NodeFiles.Ssh + "/principals";
    private const string Profiles = "/etc/profile.d";
    private const string Keys = NodeFiles.Ssh + "/authorized_keys";

    public static void Save(CertificateAnswer answer, GridDocument grid, string nodeId)
    {
        Directory.CreateDirectory(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Write(UserCa, grid.SshCa.Trim() + "\n", Readable);
        Write(Principals, nodeId + "\n", Readable);
        if (answer.SshHostCertificate is { } certificate)
            Write(HostCertificate, certificate.Trim() + "\n", Readable);
        foreach (var user in answer.SshUsers)
            if (IsName(user.Name))
                Write($"{Keys}/{user.Name}", string.Concat(user.Keys.Select(key => key.Trim() + "\n")), OwnerOnly);
        foreach (var file in Directory.GetFiles(Keys))
            if (!answer.SshUsers.Any(user => user.Name == Path.GetFileName(file)))
                File.Delete(file);
        Write(NodeFiles.SshdConfig, Config(), OwnerOnly);
        if (Directory.Exists(Profiles)) // a login shell makes its own PATH
            Write(Profiles + "/g8os.sh", $"PATH={SandboxPlaces.Path}\n", Readable);
    }

    /// <summary>Keys and certificates only; a certificate must name this node.</summary>
    private static string Config() => $"""
        # Written by g8os-core; changes here are overwritten.
        Port 22
        HostKey {NodeFiles.SshHostKey}
        {(File.Exists(HostCertificate) ? $"HostCertificate {HostCertificate}" : "")}
        TrustedUserCAKeys {UserCa}
        AuthorizedPrincipalsFile {Principals}
        AuthorizedKeysFile {Keys}/%u
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UsePAM no
        UseDNS no
        PrintMotd no
        PidFile none
        SetEnv PATH={SandboxPlaces.Path}
        Subsystem sftp internal-sftp

        """;

    private static bool IsName(string name) => name.Length is > 0 and <= 32 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');

    private static void Write(string path, string text, uint mode)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            AtomicFile.Write(path, bytes, mode);
    }
}

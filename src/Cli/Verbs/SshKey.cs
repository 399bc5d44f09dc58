using System.Buffers;
using System.Diagnostics;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>A key pair for one ssh call, in a directory of its own that only its owner can enter and that goes when the call ends.</summary>
internal sealed class SshKey : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly SearchValues<char> NoHostName = SearchValues.Create(" \t\n*?,!|@");
    private readonly string directory;

    private SshKey(string directory) => this.directory = directory;

    public string PublicLine => File.ReadAllText(At("key.pub")).Trim();

    /// <summary>What makes ssh use this key and trust this grid's hosts alone, whatever the operator's own configuration says.</summary>
    public IReadOnlyList<string> Options { get; private set; } = [];

    public static async Task<SshKey> MakeAsync(Call call)
    {
        var key = new SshKey(Directory.CreateTempSubdirectory("g8os-ssh-").FullName);
        try
        {
            var start = Tools.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "g8os", "-f", key.At("key")]);
            start.RedirectStandardOutput = start.RedirectStandardError = true;
            using var keygen = Process.Start(start) ?? throw new ClientException("cannot start ssh-keygen", Tools.RemedyFor("ssh-keygen"), ExitCode.Failed);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel);
            limit.CancelAfter(Limit);
            var said = await keygen.StandardError.ReadToEndAsync(limit.Token);
            await keygen.WaitForExitAsync(limit.Token);
            return keygen.ExitCode == 0 ? key : throw new ClientException($"cannot make an ssh key: {said}", "g8os doctor looks at this machine", ExitCode.Failed);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Puts certificate and host CA beside the key.</summary>
    public void Certify(string certificate, string node, string hostCa)
    {
        if (node.AsSpan().ContainsAny(NoHostName) || node.StartsWith('-'))
            throw new ClientException($"cannot use ssh with the node name \"{node}\": it is no host name", "name the node anew", ExitCode.Failed);
        File.WriteAllText(At("key-cert.pub"), certificate.TrimEnd() + "\n");
        File.WriteAllText(At("known_hosts"), $"@cert-authority {node} {hostCa.Trim()}\n");
        Options =
        [
            "-F", "none",
            "-i", At("key"),
            "-o", $"CertificateFile={At("key-cert.pub")}",
            "-o", "IdentitiesOnly=yes",
            "-o", "IdentityAgent=none",
            "-o", $"UserKnownHostsFile={At("known_hosts")}",
            "-o", "GlobalKnownHostsFile=none",
            "-o", "StrictHostKeyChecking=yes",
            "-o", $"HostKeyAlias={node}",
            "-o", "PreferredAuthentications=publickey",
            "-o", "ConnectTimeout=10",
            "-o", "ServerAliveInterval=15",
            "-o", "LogLevel=ERROR",
        ];
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string At(string name) => Path.Combine(directory, name);
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using G8os.Controller.Grid;

namespace G8os.Controller.Certificates;

/// <summary>The grid's ssh CA. Certificates are made by ssh-keygen itself (PROTOCOL.certkeys is OpenSSH's own format).</summary>
internal sealed partial class SshCa : IDisposable
{
    public const string FileName = "ssh_ca";
    private const int MaxAtOnce = 4;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    private readonly string keyFile;
    private readonly SemaphoreSlim places = new(MaxAtOnce);

    private SshCa(string keyFile, string publicLine) => (this.keyFile, PublicLine) = (keyFile, publicLine);

    /// <summary>The CA's public key line, without a comment.</summary>
    public string PublicLine { get; }

    [GeneratedRegex(@"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,2000}={0,2}( [^\r\n]{0,200})?\z")]
    private static partial Regex PublicKey();

    /// <summary>True for one line with an OpenSSH public key.</summary>
    public static bool IsPublicKey(string line) => PublicKey().IsMatch(line);

    /// <summary>Reads the CA, or makes it at the first start.</summary>
    public static async Task<SshCa> Open(DataDirectory data)
    {
        var keyFile = data.KeyFile(FileName);
        if (!data.HasKey(FileName))
            await Run(["-q", "-t", "ecdsa", "-b", "256", "-N", "", "-C", "g8os ssh CA", "-f", keyFile]);
        var line = (await Run(["-y", "-f", keyFile])).Trim().Split(' ');
        return new SshCa(keyFile, $"{line[0]} {line[1]}");
    }

    /// <summary>A host certificate for the node's names, valid a little longer than its TLS certificate is renewed.</summary>
    public Task<string> SignHost(string publicKey, string nodeId, IEnumerable<string> principals, TimeSpan validity) =>
        Sign(publicKey, ["-h", "-I", nodeId, "-n", string.Join(',', principals), "-V", $"-5m:+{(int)validity.TotalMinutes}m"]);

    /// <summary>A user certificate for a login name, valid from a minute ago.</summary>
    public Task<string> SignUser(string publicKey, string identity, string principal, TimeSpan validity) =>
        Sign(publicKey, ["-I", identity, "-n", principal, "-V", $"-1m:+{(int)validity.TotalMinutes}m"]);

    public void Dispose() => places.Dispose();

    private async Task<string> Sign(string publicKey, IEnumerable<string> words)
    {
        await places.WaitAsync();
        var directory = Directory.CreateTempSubdirectory("g8os-ssh-");
        try
        {
            var file = Path.Combine(directory.FullName, "key.pub");
            await File.WriteAllTextAsync(file, publicKey + "\n");
            await Run(["-q", "-s", keyFile, .. words, file]);
            return (await File.ReadAllTextAsync(Path.Combine(directory.FullName, "key-cert.pub"))).Trim();
        }
        finally
        {
            directory.Delete(recursive: true);
            places.Release();
        }
    }

    private static async Task<string> Run(IEnumerable<string> words)
    {
        var start = new ProcessStartInfo("ssh-keygen", words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Launch(start);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(MaxTime);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            if (process.ExitCode != 0)
                throw new SshFault($"ssh-keygen refused: {(await error).Trim()}");
            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new SshFault($"ssh-keygen did not end within {MaxTime.TotalSeconds} s");
        }
    }

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new StartFault("cannot make ssh certificates: ssh-keygen is not installed; install the package openssh-client");
        }
    }
}

/// <summary>ssh-keygen did not make the certificate.</summary>
internal sealed class SshFault(string message) : Exception(message);

using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using G8os.Client;

namespace G8os.Cli;

/// <summary>
/// Makes this operator's stock git know a controller: its CA file and a credential helper, for the controller's URL alone
/// (git-config: http.URL.sslCAInfo, credential.URL.helper). The token stays in contexts.json.
/// </summary>
internal static class GitSetup
{
    public const string CredentialVerb = "git-credential";
    /// <summary>A CA file in the environment counts for every URL, before any configuration.</summary>
    public const string AuthorityVariable = "GIT_SSL_CAINFO";
    private const int LockTries = 100;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The file with the CA of a context, beside contexts.json.</summary>
    public static string AuthorityFile(ContextStore store, string context) => Path.Combine(Path.GetDirectoryName(store.Path)!, "ca", context + ".pem");

    /// <summary>Tells git of a context. Where there is no git, or no home for its file, nothing is done: the answer says why, empty when it was done.</summary>
    public static async Task<string> KnowAsync(Surroundings here, ContextStore store, ClientContext context)
    {
        var file = AuthorityFile(store, context.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var authority = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(context.IssuingCertificate));
        await File.WriteAllTextAsync(file, authority.ExportCertificatePem() + "\n");
        var reason = await ConfigAsync(here, ["--replace-all", $"http.{context.Url}.sslCAInfo", file]);
        if (reason.Length == 0)
            reason = await ConfigAsync(here, ["--replace-all", $"credential.{context.Url}.helper", Helper(context.Name)]);
        return reason.Length > 0 || string.IsNullOrEmpty(here.Variable(AuthorityVariable)) ? reason
            : $"{AuthorityVariable} is set and counts before what g8os tells git: unset it for git with this grid";
    }

    /// <summary>Takes back what <see cref="KnowAsync"/> did.</summary>
    public static async Task ForgetAsync(Surroundings here, ContextStore store, ClientContext context)
    {
        if (File.Exists(AuthorityFile(store, context.Name)))
            File.Delete(AuthorityFile(store, context.Name));
        await ConfigAsync(here, ["--remove-section", $"http.{context.Url}"]);
        await ConfigAsync(here, ["--remove-section", $"credential.{context.Url}"]);
    }

    /// <summary>The environment a child git gets: the operator's, without a CA file that would count for every URL.</summary>
    public static ProcessStartInfo Start(Surroundings here, IEnumerable<string> words)
    {
        var start = Tools.Start("git", words);
        start.Environment.Remove(AuthorityVariable);
        foreach (var name in (ReadOnlySpan<string>)["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"])
        {
            if (here.Variable(name) is { } value)
                start.Environment[name] = value;
            else
                start.Environment.Remove(name);
        }
        return start;
    }

    private static string Helper(string context)
    {
        var program = Environment.ProcessPath ?? "g8os";
        return $"!'{program.Replace("'", "'\\''", StringComparison.Ordinal)}' --context {context} {CredentialVerb}";
    }

    private static async Task<string> ConfigAsync(Surroundings here, string[] words)
    {
        if (Tools.Find("git", here.Variable) is null)
            return "git is not installed";
        var said = "";
        // Git gives up at once when another git writes the same file.
        for (var tries = 0; tries < LockTries; tries++)
        {
            said = await TryAsync(here, words);
            if (!said.Contains("could not lock", StringComparison.Ordinal))
                return said;
            await Task.Delay(LockPause);
        }
        return said;
    }

    private static async Task<string> TryAsync(Surroundings here, string[] words)
    {
        var start = Start(here, ["config", "--global", .. words]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var git = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var error = await git.StandardError.ReadToEndAsync(limit.Token);
        await git.WaitForExitAsync(limit.Token);
        return git.ExitCode == 0 ? "" : error.Trim();
    }
}

using System.Diagnostics;

namespace G8os.Cli;

/// <summary>The programs of this machine that the command line uses.</summary>
internal static class Tools
{
    private static readonly SortedDictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["ssh"] = "openssh-client", ["ssh-keygen"] = "openssh-client", ["git"] = "git",
        ["apt-get"] = "apt", ["dpkg-deb"] = "dpkg",
    };

    /// <summary>Its path, or null when it is not there.</summary>
    public static string? Find(string tool, Func<string, string?> variable) => (variable("PATH") ?? "/usr/bin:/bin").Split(':')
        .Where(d => d.Length > 0).Select(d => Path.Combine(d, tool)).FirstOrDefault(File.Exists);

    public static string RemedyFor(string tool) => $"install {Packages[tool]}, e.g. apt install {Packages[tool]}";

    /// <summary>How it is started: with this program's own terminal and streams.</summary>
    /// <exception cref="Client.ClientException">It is not installed.</exception>
    public static ProcessStartInfo Start(string tool, IEnumerable<string> arguments)
    {
        var path = Find(tool, Environment.GetEnvironmentVariable)
            ?? throw new Client.ClientException($"cannot run {tool}: it is not installed", RemedyFor(tool), Client.ExitCode.Failed);
        return new ProcessStartInfo(path, arguments) { UseShellExecute = false };
    }
}

using System.Text.RegularExpressions;
using G8os.Client;
using G8os.Linux.Files;
using G8os.Store.Build;

namespace G8os.Cli.Sandboxes;

/// <summary>A Debian package that a sandbox takes.</summary>
internal sealed record DebianPackage(string Name, string Version, string Architecture)
{
    /// <summary>How apt names it in its cache: the colon of an epoch is written as %3a.</summary>
    public string FileName => $"{Name}_{Version.Replace(":", "%3a", StringComparison.Ordinal)}_{Architecture}.deb";
}

/// <summary>
/// Gets packages and what they depend on through apt, from the package sources of this machine, as if nothing were installed; and unpacks them without running
/// anything of theirs. apt keeps its state and its downloads in <paramref name="cache"/>; of the machine only the package lists are read.
/// </summary>
internal sealed partial class DebianPackages(string cache, Action<string> say)
{
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Unpacks them below <paramref name="target"/> and says which they are, in the order of their names.</summary>
    public async Task<IReadOnlyList<DebianPackage>> UnpackAsync(SandboxRecipe recipe, string target, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new ClientException("cannot unpack Debian packages: only root can give files their owners", "run it with sudo", ExitCode.Refused);
        Directory.CreateDirectory(Path.Combine(cache, "debs", "partial"));
        Directory.CreateDirectory(Path.Combine(cache, "apt"));
        await File.WriteAllTextAsync(Path.Combine(cache, "apt", "status"), "", cancel);
        using var held = await LockAsync(cancel);
        var packages = await ChooseAsync(recipe, cancel);
        await FetchAsync(recipe, cancel);
        for (var i = 0; i < packages.Count; i++)
        {
            say($"unpacking {i + 1} of {packages.Count}: {packages[i].Name}");
            await Programs.RunAsync("dpkg-deb", ["-x", Path.Combine(cache, "debs", packages[i].FileName), target], cancel);
        }
        return packages;
    }

    private async Task<FileLock> LockAsync(CancellationToken cancel)
    {
        var path = Path.Combine(cache, "lock");
        for (var end = DateTimeOffset.UtcNow + LockLimit; ; await Task.Delay(LockPause, cancel))
        {
            if (FileLock.TryTake(path) is { } held)
                return held;
            say("waiting for another build");
            if (DateTimeOffset.UtcNow > end)
                throw new ClientException($"cannot use {cache}: another build has had it for {LockLimit.TotalMinutes} minutes", "give another one with --cache", ExitCode.TimedOut);
        }
    }

    /// <summary>What apt would install: "Inst libc6 (2.36-9 Debian:12/stable [amd64])".</summary>
    private async Task<IReadOnlyList<DebianPackage>> ChooseAsync(SandboxRecipe recipe, CancellationToken cancel)
    {
        say($"choosing {recipe.Packages.Count} packages and what they depend on");
        var plan = await AptAsync(["install", "--simulate", .. recipe.Packages], cancel);
        return [.. Install().Matches(plan)
            .Select(line => new DebianPackage(line.Groups[1].Value, line.Groups[2].Value, line.Groups[3].Value))
            .Where(package => !recipe.Without.Any(pattern => PathPattern.Matches(pattern, package.Name)))
            .OrderBy(package => package.Name, StringComparer.Ordinal)];
    }

    private async Task FetchAsync(SandboxRecipe recipe, CancellationToken cancel)
    {
        var missing = Uri().Matches(await AptAsync(["install", "--print-uris", .. recipe.Packages], cancel));
        if (missing.Count == 0)
            return;
        var bytes = missing.Sum(line => long.Parse(line.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        say($"fetching {missing.Count} packages, {bytes / 1_000_000.0:0.0} MB");
        await AptAsync(["install", "--download-only", .. recipe.Packages], cancel);
    }

    private Task<string> AptAsync(string[] arguments, CancellationToken cancel)
    {
        string[] settings =
        [
            $"Dir::State={cache}/apt", $"Dir::State::status={cache}/apt/status", "Dir::State::lists=/var/lib/apt/lists", $"Dir::Cache={cache}/apt", $"Dir::Cache::archives={cache}/debs",
            "APT::Install-Recommends=false", "APT::Sandbox::User=root", "APT::Keep-Downloaded-Packages=true", "Dpkg::Use-Pty=0", "Debug::NoLocking=true",
        ];
        return Programs.RunAsync("apt-get", ["-q", "-y", .. settings.SelectMany(setting => (string[])["-o", setting]), .. arguments], cancel);
    }

    [GeneratedRegex(@"^Inst (\S+) \((\S+) .*\[(\w+)\]\)", RegexOptions.Multiline)]
    private static partial Regex Install();

    [GeneratedRegex(@"^'[^']+' \S+ (\d+) ", RegexOptions.Multiline)]
    private static partial Regex Uri();
}

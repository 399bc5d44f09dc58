using System.Diagnostics;

namespace G8os.Controller.Tests;

/// <summary>A stock git with a home of its own, and checkouts below it.</summary>
internal sealed class GitTool : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("g8os-git-test-");
    private readonly string url;

    public GitTool(ControllerProcess controller, string token)
    {
        url = $"https://127.0.0.1:{controller.Api}/git/ays.git";
        var origin = $"https://127.0.0.1:{controller.Api}";
        File.WriteAllText(Path.Combine(home.FullName, ".gitconfig"), $"""
            [user]
                name = tester
                email = tester@example.org
            [http "{origin}"]
                sslCAInfo = {Path.Combine(controller.Data, "keys", "issuing.crt")}
            [credential "{origin}"]
                helper = "!f() {"{"} echo username=g8os; echo password={token}; {"}"}; f"
            [advice]
                detachedHead = false
            """);
    }

    public string Checkout => Path.Combine(home.FullName, "ays");

    public Task<(int Code, string Said)> Clone() => Run(home.FullName, "clone", "-q", url, Checkout);

    /// <summary>Writes files of the checkout, commits all and pushes.</summary>
    public async Task<(int Code, string Said)> Push(string message, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Checkout, path))!);
            await File.WriteAllTextAsync(Path.Combine(Checkout, path), text);
        }
        await Do("add", "-A");
        await Do("commit", "-q", "-m", message);
        return await Run(Checkout, "push", "origin", "HEAD:main");
    }

    /// <summary>Runs git in the checkout; it must succeed.</summary>
    public async Task<string> Do(params string[] words)
    {
        var (code, said) = await Run(Checkout, words);
        Xunit.Assert.True(code == 0, $"git {string.Join(' ', words)}: {said}");
        return said.Trim();
    }

    public Task<(int Code, string Said)> Try(params string[] words) => Run(Checkout, words);

    public async Task<(int Code, string Said)> Run(string directory, params string[] words)
    {
        var start = new ProcessStartInfo("git", words) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        // A CA file in the environment would count for every URL.
        start.Environment.Remove("GIT_SSL_CAINFO");
        start.Environment["HOME"] = home.FullName;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(ControllerProcess.Patience);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => home.Delete(recursive: true);
}

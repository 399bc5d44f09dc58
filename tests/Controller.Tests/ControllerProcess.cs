using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace G8os.Controller.Tests;

/// <summary>The real program as a child, on ports it picks itself and a data directory of its own.</summary>
internal sealed partial class ControllerProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly bool ownsData;

    private ControllerProcess(Process process, string data, bool ownsData) => (this.process, Data, this.ownsData) = (process, data, ownsData);

    public string Data { get; }
    public int Api { get; private set; }
    public int Plain { get; private set; }
    public int Session { get; private set; }
    public string? Login { get; private set; }
    public string Errors => string.Join('\n', errors);

    public static string Program => Path.Combine(AppContext.BaseDirectory, "g8os-controller.dll");

    [GeneratedRegex(@"^listening api=(\d+) plain=(\d+) session=(\d+)$")]
    private static partial Regex Listening();

    public static string NewData() => Directory.CreateTempSubdirectory("g8os-controller-test-").FullName;

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<ControllerProcess> Start(string? data = null, params string[] more)
    {
        var own = data is null;
        data ??= NewData();
        return await Serve(["dotnet", .. Words(data), .. more], data, own);
    }

    /// <summary>The same with its data on a small disk of its own, which only it sees; <see cref="DiskFile"/> leads there.</summary>
    public static Task<ControllerProcess> StartOnSmallDisk(string data, string size) =>
        Serve(["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o size={size} none '{data}' && exec dotnet \"$@\"", "sh", .. Words(data)], data, false);

    /// <summary>A file of the data directory as the controller sees it.</summary>
    public string DiskFile(string name) => $"/proc/{process.Id}/root{Data}/{name}";

    private static string[] Words(string data) => [Program, "--data", data, "--bind", "127.0.0.1", "--api-port", "0", "--plain-port", "0", "--session-port", "0"];

    private static async Task<ControllerProcess> Serve(string[] command, string data, bool own)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var controller = new ControllerProcess(Process.Start(start)!, data, own);
        try
        {
            await controller.WaitUntilItServes();
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a verb (or a start that must fail) to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> Run(IEnumerable<string> words, Action<ProcessStartInfo>? change = null)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        change?.Invoke(start);
        using var child = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        var output = child.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = child.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await child.WaitForExitAsync(deadline.Token);
            return (child.ExitCode, await output, await error);
        }
        finally
        {
            if (!child.HasExited)
                child.Kill();
        }
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        process.Dispose();
        if (ownsData)
            Directory.Delete(Data, recursive: true);
    }

    private async Task WaitUntilItServes()
    {
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                (Api, Plain, Session) = (Number(match, 1), Number(match, 2), Number(match, 3));
                if (File.Exists(Path.Combine(Data, "login")))
                    return;
            }
            if (line.StartsWith("login ", StringComparison.Ordinal))
            {
                // The next start of the same data directory does not print it again: keep the token for the test.
                Login = line["login ".Length..];
                await File.WriteAllTextAsync(Path.Combine(Data, "login"), Login);
                return;
            }
        }
        throw new InvalidOperationException($"the controller did not start: {Errors}");
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
}

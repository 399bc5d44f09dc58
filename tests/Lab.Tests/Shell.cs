using System.Diagnostics;

namespace G8os.Lab.Tests;

/// <summary>What a program said and how it ended.</summary>
public sealed record Said(int Code, string Out, string Err)
{
    public string All => Out + Err;

    /// <summary>The lines of its standard output in ordinal order, after asserting that it ended well.</summary>
    public IEnumerable<string> Sorted() => Ok().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    /// <summary>Its standard output, after asserting that it ended well.</summary>
    public string Ok()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Out}\n{Err}");
        return Out;
    }
}

/// <summary>Runs programs as a person types them.</summary>
public static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static string Root { get; } = FindRoot();
    public static string G8os { get; } = Path.Combine(Root, "g8os");

    public static async Task<Said> RunAsync(string program, IEnumerable<string> arguments, string? stdin = null, IReadOnlyDictionary<string, string>? environment = null,
        string? directory = null)
    {
        using var process = Start(program, arguments, environment, directory);
        await process.StandardInput.WriteAsync(stdin ?? "");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit.TotalMinutes} min");
        }
        return new Said(process.ExitCode, await output, await errors);
    }

    /// <summary>Runs a program that would go on for ever, until it has said something; then presses Ctrl-C.</summary>
    public static async Task<Said> InterruptedAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string directory)
    {
        // Whoever runs tests in the background has Ctrl-C ignored in all that they start; on a terminal it is not.
        using var process = Start("env", ["--default-signal=INT", program, .. arguments], environment, directory);
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        var first = new char[1];
        var count = await process.StandardOutput.ReadAsync(first, limit.Token);
        (await RunAsync("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])).Ok();
        var rest = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Said(process.ExitCode, new string(first, 0, count) + rest, await errors);
    }

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for a condition, asking again until it holds or the deadline has passed.</summary>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await holds())
        {
            Assert.True(clock.Elapsed < limit, $"{what}: not within {limit.TotalSeconds} s");
            await beat.WaitForNextTickAsync();
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "global.json")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("cannot find the checkout: no global.json above the tests");
    }
}

using System.Diagnostics;
using G8os.Client;

namespace G8os.Cli.Sandboxes;

/// <summary>Runs a program of this machine to its end and takes what it says.</summary>
internal static class Programs
{
    private const int ShownLines = 5;

    /// <summary>Its output.</summary>
    /// <exception cref="ClientException">It is missing or failed; the message ends with its own last words.</exception>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancel)
    {
        var start = Tools.Start(program, arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.Environment["LC_ALL"], start.Environment["DEBIAN_FRONTEND"]) = ("C.UTF-8", "noninteractive");
        using var process = Process.Start(start) ?? throw new ClientException($"cannot start {program}", Tools.RemedyFor(program), ExitCode.Failed);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0)
            throw new ClientException($"cannot go on: {program} ended with {process.ExitCode}: {LastWords(await errors)}", "", ExitCode.Failed);
        return await output;
    }

    private static string LastWords(string errors) =>
        string.Join("; ", errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(ShownLines)) is { Length: > 0 } words ? words : "it said nothing";
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace G8os.Controller.Git;

/// <summary>Runs git itself on one bare repository, with an environment of its own: nothing of the user's or the machine's configuration counts.</summary>
internal sealed class GitProgram(string repository)
{
    public const int MaxOutput = 64 * 1024 * 1024;
    public const int MaxSaid = 4096;
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);

    public string Repository => repository;

    /// <summary>Runs it to its end; its output. Anything but exit code 0 is a fault.</summary>
    public async Task<byte[]> Run(IEnumerable<string> words, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var (code, output, error) = await Try(words, input, environment, limit);
        return code == 0 ? output : throw new GitFault($"cannot run git {words.First()}: {error}");
    }

    /// <summary>Runs it to its end; exit code, output, and the end of what it said on stderr.</summary>
    public async Task<(int Code, byte[] Output, string Error)> Try(
        IEnumerable<string> words, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var start = Start("git", words, repository);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Launch(start);
        using var deadline = new CancellationTokenSource(limit ?? MaxTime);
        try
        {
            var feed = Feed(process, input, deadline.Token);
            var output = ReadAll(process.StandardOutput.BaseStream, deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await Task.WhenAll(feed, output, error, process.WaitForExitAsync(deadline.Token));
            return (process.ExitCode, await output, Last(await error));
        }
        catch (OperationCanceledException)
        {
            throw new GitFault($"cannot run git {words.First()}: it did not end within {(limit ?? MaxTime).TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>How a program of git is started here.</summary>
    public static ProcessStartInfo Start(string program, IEnumerable<string> words, string directory)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var ssh = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin";
        // ssh finds the keys of a followed repository in the home of the controller's user.
        start.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : directory;
        if (ssh is not null)
            start.Environment["SSH_AUTH_SOCK"] = ssh;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        return start;
    }

    public static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new StartFault("cannot keep the AYS repository: git is not installed; install the package git");
        }
    }

    /// <summary>The last lines of what a program said, as one.</summary>
    public static string Last(string said)
    {
        var text = string.Join("; ", said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
        return text.Length == 0 ? "it said nothing" : text.Length > MaxSaid ? text[..MaxSaid] : text;
    }

    // False when it ended before it had read everything: its exit code says whether that was right.
    private static async Task<bool> Feed(Process process, byte[]? input, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? [], stop);
            process.StandardInput.Close();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<byte[]> ReadAll(Stream stream, CancellationToken stop)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, stop)) > 0)
        {
            if (buffer.Length + read > MaxOutput)
                throw new GitFault($"cannot read what git says: it is longer than {MaxOutput} bytes");
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    public static string Text(byte[] output) => Encoding.UTF8.GetString(output).TrimEnd('\n');
}

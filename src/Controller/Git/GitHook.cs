using System.Net.Sockets;
using System.Text;

namespace G8os.Controller.Git;

/// <summary>
/// The program as git's own hook: what git says of a push goes to the running controller over a socket, its answer to whoever pushes. The
/// hook itself judges nothing.
/// </summary>
internal static class GitHook
{
    public const string Verb = "git-hook";
    public const string Before = "pre-receive";
    public const string After = "post-receive";
    public const string SocketVariable = "G8OS_HOOK_SOCKET";
    public const string PushVariable = "G8OS_PUSH";
    private const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What the hook passes on of its environment: where the pushed objects are before the push is taken.</summary>
    public static readonly string[] Passed = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"];

    /// <summary>Writes the hooks, which call this very program.</summary>
    public static void Install(string repository)
    {
        var hooks = Path.Combine(repository, "hooks");
        Directory.CreateDirectory(hooks);
        foreach (var name in new[] { Before, After })
        {
            var file = Path.Combine(hooks, name);
            File.WriteAllText(file + ".new", $"#!/bin/sh\nexec {string.Join(' ', Self().Select(Quoted))} {Verb} {name}\n");
            File.SetUnixFileMode(file + ".new", Program);
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    /// <summary>Runs as a hook; the exit code.</summary>
    public static async Task<int> Run(string name)
    {
        var path = Environment.GetEnvironmentVariable(SocketVariable);
        if (string.IsNullOrEmpty(path))
        {
            await Console.Error.WriteLineAsync("cannot take the push: it did not come through the controller; push to its URL, see g8os ays clone");
            return 1;
        }
        try
        {
            using var deadline = new CancellationTokenSource(GitLimits.HookTime + TimeSpan.FromSeconds(5));
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Head(name)), deadline.Token);
            await Console.OpenStandardInput().CopyToAsync(stream, deadline.Token);
            socket.Shutdown(SocketShutdown.Send);
            return await Answer(stream, deadline.Token);
        }
        catch (Exception fault) when (fault is SocketException or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"cannot take the push: the controller does not answer ({fault.Message.TrimEnd('.')}); push again");
            return 1;
        }
    }

    private static string Head(string name) =>
        $"{Environment.GetEnvironmentVariable(PushVariable)}\n{name}\n{string.Concat(Passed.Select(variable => Environment.GetEnvironmentVariable(variable) + "\n"))}";

    // The text, then one byte: 0 when the push goes on.
    private static async Task<int> Answer(NetworkStream stream, CancellationToken stop)
    {
        var answer = new byte[GitLimits.MaxHookAnswer];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, stop);
        if (length == 0)
            throw new IOException("it ended");
        await Console.Error.WriteAsync(Encoding.UTF8.GetString(answer, 0, length - 1));
        return answer[length - 1] == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Self()
    {
        var program = Environment.ProcessPath ?? "g8os-controller";
        yield return program;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            yield return typeof(GitHook).Assembly.Location;
    }

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

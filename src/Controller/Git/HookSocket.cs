using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace G8os.Controller.Git;

/// <summary>What git's hook says of a push: who pushes, which hook, where its objects are, and the lines "OLD NEW REF".</summary>
internal sealed record HookCall(string Who, string Hook, IReadOnlyDictionary<string, string> Quarantine, IReadOnlyList<string> Lines);

/// <summary>What whoever pushes is told, and whether the push goes on.</summary>
internal sealed record HookAnswer(bool Good, string Text);

/// <summary>The socket that the repository's hooks talk to, in a directory that is this user's alone. A call counts only with the number of a push under way.</summary>
internal sealed class HookSocket(string path, Func<HookCall, Task<HookAnswer>> answer, ILogger<HookSocket> log) : BackgroundService
{
    private const int MaxPath = 100;
    private const int Waiting = 16;
    private readonly ConcurrentDictionary<string, string> pushes = [];

    public string Path => path;

    /// <summary>Makes a number for a push; whoever knows it speaks for the operator until <see cref="End"/>.</summary>
    public string Begin(string who)
    {
        var push = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        pushes[push] = who;
        return push;
    }

    public void End(string push) => pushes.TryRemove(push, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = Listen();
        try
        {
            while (true)
                _ = Serve(await listener.AcceptAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException)
        {
            File.Delete(path);
        }
    }

    private Socket Listen()
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxPath)
            throw new StartFault($"cannot listen for git's hooks at {path}: a socket's path has at most {MaxPath} bytes; give a shorter --data");
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(Waiting);
        return listener;
    }

    private async Task Serve(Socket socket, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(GitLimits.HookTime);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var said = await Answer(await Read(stream, deadline.Token)).WaitAsync(deadline.Token);
            var text = Encoding.UTF8.GetBytes(said.Text);
            await stream.WriteAsync(text.AsMemory(0, Math.Min(text.Length, GitLimits.MaxHookAnswer - 1)), deadline.Token);
            await stream.WriteAsync(new byte[] { said.Good ? (byte)0 : (byte)1 }, deadline.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            Log.NotRecorded(log, "what a push brings", fault.Message);
        }
    }

    private async Task<HookAnswer> Answer(string input)
    {
        var lines = input.Split('\n');
        var head = GitHook.Passed.Length + 2;
        if (lines.Length < head || !pushes.TryGetValue(lines[0], out var who))
            return new(false, "cannot take the push: it is not one that the controller let in\n");
        var quarantine = GitHook.Passed.Zip(lines[2..head]).Where(pair => pair.Second.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second);
        try
        {
            return await answer(new HookCall(who, lines[1], quarantine, [.. lines[head..].Where(line => line.Length > 0)]));
        }
        catch (Exception fault) when (fault is GitFault or Storage.StorageFault or Http.ApiFault)
        {
            return new(false, fault.Message + "\n");
        }
    }

    private static async Task<string> Read(NetworkStream stream, CancellationToken stop)
    {
        var input = new byte[GitLimits.MaxHookInput];
        var length = await stream.ReadAtLeastAsync(input, input.Length, throwOnEndOfStream: false, stop);
        return length == input.Length ? "" : Encoding.UTF8.GetString(input, 0, length);
    }
}

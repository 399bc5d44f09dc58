using System.Collections.Concurrent;
using G8os.Core.Run.Apps;
using G8os.Core.Run.Jobs;
using G8os.Model.Sandboxes;
using G8os.Model.Session;
using Google.Protobuf;

namespace G8os.Core.Run.Session;

/// <summary>Reads the node's logs for operators: core, sshd, dhcp, gocryptfs, app/NAME, or a job by its id.</summary>
internal sealed class LogEdge(Action<FromNode> send)
{
    private const int RequestsMax = 32;
    private const int ChunkMax = 64 * 1024;
    private const long TailMax = 4 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Sources = ["core", "init", "sshd", "dhcp", "gocryptfs", "fs"];
    private const string AppPrefix = "app/";
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new();

    public void Start(LogRequest request)
    {
        if (running.Count >= RequestsMax)
        {
            End(request, $"{RequestsMax} logs are read already");
            return;
        }
        var stop = running[request.Request] = new CancellationTokenSource();
        _ = Task.Run(() => RunAsync(request, stop.Token));
    }

    public void Stop(string request)
    {
        if (running.TryRemove(request, out var stop))
            stop.Cancel();
    }

    public void StopAll()
    {
        foreach (var request in running.Keys)
            Stop(request);
    }

    private async Task RunAsync(LogRequest request, CancellationToken stop)
    {
        try
        {
            var path = PathOf(request.Source);
            if (path is null || !File.Exists(path))
                End(request, $"there is no log {request.Source} on this node: use one of {string.Join(", ", Sources)}, app/NAME or the id of a job");
            else
                await FollowAsync(request, path, stop);
        }
        catch (IOException fault)
        {
            End(request, fault.Message);
        }
        finally
        {
            running.TryRemove(request.Request, out _);
        }
    }

    private static string? PathOf(string source) =>
        source.StartsWith(AppPrefix, StringComparison.Ordinal) ? SandboxRef.IsName(source[AppPrefix.Length..]) ? AppFiles.Log(source[AppPrefix.Length..]) : null
        : Sources.Contains(source) ? $"{NodeFiles.Logs}/{source}.log" : JobFiles.IsId(source) && JobFiles.Known(source) ? JobFiles.Output(source, 1) : null;

    private async Task FollowAsync(LogRequest request, string path, CancellationToken stop)
    {
        var at = TailStart(path, request.Lines);
        while (!stop.IsCancellationRequested)
        {
            if (new FileInfo(path).Length < at)
                at = 0; // rotated
            at = Send(request, path, at);
            if (!request.Follow)
            {
                End(request, "");
                return;
            }
            await Task.Delay(Look, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private long Send(LogRequest request, string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(at, SeekOrigin.Begin);
        var buffer = new byte[ChunkMax];
        while (file.Read(buffer) is > 0 and var count)
        {
            send(new FromNode { Log = new LogChunk { Request = request.Request, Source = request.Source, Data = ByteString.CopyFrom(buffer, 0, count) } });
            at += count;
        }
        return at;
    }

    private void End(LogRequest request, string error) =>
        send(new FromNode { Log = new LogChunk { Request = request.Request, Source = request.Source, End = true, Error = error } });

    /// <summary>Where the last <paramref name="lines"/> lines begin, within the last 4 MiB.</summary>
    private static long TailStart(string path, int lines)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var from = Math.Max(0, file.Length - TailMax);
        var bytes = new byte[file.Length - from];
        file.Seek(from, SeekOrigin.Begin);
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var left = lines;
        for (var at = length - 1; at >= 0 && left >= 0; at--)
            if (bytes[at] == '\n' && at != length - 1 && --left == 0)
                return from + at + 1;
        return lines > 0 ? from : from + length;
    }
}

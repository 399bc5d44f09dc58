using System.Net.Sockets;
using System.Text;
using G8os.Fs.Fetch;
using G8os.Model.Sandboxes;

namespace G8os.Fs.Serve;

/// <summary>
/// Where the core asks for objects without looking into the mount: a stream socket, a line each way. <c>HASH</c> is answered with <c>HASH ok</c> when the
/// object is in the cache, <c>HASH no REASON</c> when it cannot be had, in the order they end. <c>counts</c> is answered with <c>counts OBJECTS BYTES FAILED WAITING</c>.
/// </summary>
internal sealed class AskServer(string path, Fetcher fetcher, Func<int> waiting)
{
    private const int ConnectionsMax = 16, PendingMax = 64, LineMax = 128;

    /// <summary>Until <paramref name="stop"/>. A socket file that is there belonged to a server before us.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        File.Delete(path);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(ConnectionsMax);
        using var places = new SemaphoreSlim(ConnectionsMax);
        while (!stop.IsCancellationRequested)
        {
            await places.WaitAsync(stop);
            var client = await listener.AcceptAsync(stop);
            _ = TalkAsync(client, stop).ContinueWith(_ => places.Release(), CancellationToken.None);
        }
    }

    private async Task TalkAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var pending = new SemaphoreSlim(PendingMax);
        using var writing = new SemaphoreSlim(1);
        var buffer = new byte[LineMax];
        try
        {
            for (var held = 0; ;)
            {
                var got = await stream.ReadAsync(buffer.AsMemory(held), stop);
                if (got == 0)
                    break;
                held += got;
                for (int end; (end = buffer.AsSpan(0, held).IndexOf((byte)'\n')) >= 0; held -= end + 1)
                {
                    var question = Encoding.ASCII.GetString(buffer, 0, end);
                    buffer.AsSpan(end + 1, held - end - 1).CopyTo(buffer);
                    await pending.WaitAsync(stop);
                    _ = AnswerAsync(question, stream, pending, writing, stop);
                }
                if (held == LineMax)
                    break;  // no question is so long
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return;     // it hung up, or we end
        }
        for (var i = 0; i < PendingMax; i++)
            await pending.WaitAsync(stop);
    }

    private async Task AnswerAsync(string question, NetworkStream to, SemaphoreSlim pending, SemaphoreSlim writing, CancellationToken stop)
    {
        var answer = Encoding.UTF8.GetBytes(await AnswerAsync(question) + "\n");
        await writing.WaitAsync(stop);
        try
        {
            await to.WriteAsync(answer, stop);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return;     // nobody listens any more; the object is in the cache all the same
        }
        finally
        {
            writing.Release();
            pending.Release();
        }
    }

    private async Task<string> AnswerAsync(string question)
    {
        if (question == "counts")
            return fetcher.Counts is var (objects, bytes, failed) ? $"counts {objects} {bytes} {failed} {waiting()}" : "";
        if (!ObjectHash.TryParse(question, out var hash))
            return "no object's name has 64 lower-case hexadecimal digits";
        return await fetcher.GetAsync(hash) switch
        {
            Fetched => $"{hash} ok",
            NotThere none => $"{hash} no {none.Reason.ReplaceLineEndings(" ")}",
            FetchFailed failed => $"{hash} no {failed.Reason.ReplaceLineEndings(" ")}",
            _ => throw new System.Diagnostics.UnreachableException("internal error: a fetch ended unheard of"),
        };
    }
}

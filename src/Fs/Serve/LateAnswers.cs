using System.Buffers;
using G8os.Fs.Fetch;
using G8os.Linux.Fuse;

namespace G8os.Fs.Serve;

/// <summary>Answers requests whose object has to come first; each is answered in time, whatever happens.</summary>
/// <param name="answer">Writes an answer from the cache.</param>
/// <param name="send">Brings it to the kernel.</param>
/// <param name="fetcher">Gets the objects.</param>
/// <param name="log">Hears of whoever was refused.</param>
internal sealed class LateAnswers(Fetcher fetcher, FsLog log, LateAnswers.Answerer answer, LateAnswers.Sender send)
{
    /// <summary>Readers that may wait at once; more are refused.</summary>
    private const int WaitingMax = 8192;
    /// <summary>No reader waits longer. The fetch goes on as long as it makes headway, and the next reader finds more of it done.</summary>
    private static readonly TimeSpan ReaderLimit = TimeSpan.FromSeconds(60);
    private const int EntryBuffer = FuseSize.OutHeader + FuseSize.Entry;
    private int waiting;

    public delegate void Answerer(LateRequest request, ref FuseReply reply);
    public delegate void Sender(ReadOnlySpan<byte> message);

    public int Waiting => Volatile.Read(ref waiting);

    public void Take(LateRequest request) => _ = AnswerAsync(request);

    private async Task AnswerAsync(LateRequest request)
    {
        var errno = 0;
        try
        {
            errno = Interlocked.Increment(ref waiting) > WaitingMax ? Refuse(request, $"{WaitingMax} readers wait already")
                : await fetcher.GetAsync(request.Object).WaitAsync(ReaderLimit) switch
                {
                    Fetched => 0,
                    NotThere => ObjectNamespace.ENOENT,
                    _ => ObjectNamespace.EIO,
                };
        }
        catch (TimeoutException)
        {
            errno = Refuse(request, $"it is still being fetched after {ReaderLimit.TotalSeconds:F0} s");
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
            Reply(request, errno);
        }
    }

    private int Refuse(LateRequest request, string reason)
    {
        log.Write($"cannot serve object {request.Object}: {reason}");
        return ObjectNamespace.EIO;
    }

    private void Reply(LateRequest request, int errno)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(request.Size is { } size && errno == 0 ? FuseSize.OutHeader + (int)Math.Min(size, FuseSize.ReadMax) : EntryBuffer);
        try
        {
            var reply = new FuseReply(buffer, request.Unique);
            if (errno == 0)
                Fill(request, ref reply);
            else
                reply.Fail(errno);
            send(reply.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Fill(LateRequest request, ref FuseReply reply)
    {
        try
        {
            answer(request, ref reply);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reply.Fail(Refuse(request, fault.Message));
        }
    }
}

using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>
/// Asks and changes the network of one namespace: the one of the thread that makes this object (run the constructor inside
/// <c>NetNamespace.Run</c> for another). Calls block for a moment, are safe from several threads, and throw <see cref="NetlinkException"/>.
/// </summary>
public sealed partial class RtNetlink : IDisposable
{
    private const int ReceiveBuffer = 1 << 20;
    /// <summary>A dump that changed while it was read, or overflowed, is asked again this often.</summary>
    private const int DumpTriesMax = 16;
    private readonly NetlinkSocket socket = new(groups: 0, ReceiveBuffer);
    private readonly Lock gate = new();
    private uint sequence;

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Sends one change and waits for its acknowledgement.</summary>
    private void Change(NetlinkRequest request, Func<string> action)
    {
        (int Errno, string? Reason) answer;
        lock (gate)
            answer = Exchange(request, null);
        if (answer.Errno != 0)
            throw new NetlinkException(action(), answer.Errno, answer.Reason);
    }

    private List<T> Dump<T>(Func<NetlinkRequest> request, Func<NetlinkEvent, T?> choose, string what) where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = new List<T>();
            (int Errno, string? Reason) answer;
            lock (gate)
                answer = Exchange(request(), seen =>
                {
                    if (choose(seen) is { } entry)
                        found.Add(entry);
                });
            if (answer.Errno == 0)
                return found;
            if (answer.Errno is not (Errno.ENOBUFS or Errno.EINTR) || attempt == DumpTriesMax)
                throw new NetlinkException($"list {what}", answer.Errno, answer.Reason);
        }
    }

    /// <summary>EINTR stands for an interrupted dump (NLM_F_DUMP_INTR), ENOBUFS for a lost answer: both are worth another try.</summary>
    private (int Errno, string? Reason) Exchange(NetlinkRequest request, Action<NetlinkEvent>? each)
    {
        var number = ++sequence;
        var errno = socket.Send(request.Finish(number));
        if (errno != 0)
            return (errno, null);
        var interrupted = false;
        while (true)
        {
            errno = socket.Receive(out var messages);
            if (errno == Errno.EAGAIN)
                return (Errno.ETIMEDOUT, "the kernel gave no answer");
            if (errno != 0)
                return (errno, null);
            foreach (var message in messages)
            {
                if (message.Sequence != number)
                    continue;   // the rest of an answer that was given up
                interrupted |= message.DumpInterrupted;
                if (message.IsAcknowledgement || message.IsDone)
                    return message.Errno == 0 && interrupted ? (Errno.EINTR, "the list kept changing") : (message.Errno, message.Reason);
                if (message.Event is { } seen)
                    each?.Invoke(seen);
            }
        }
    }

    /// <summary>Its name for messages, or "link 7" when it has gone.</summary>
    private string NameOf(int index)
    {
        string? name = null;
        lock (gate)
            Exchange(new NetlinkRequest(RTM_GETLINK, NLM_F_ACK).LinkHeader(index).U32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
                seen => name = (seen as LinkChanged)?.Link.Name);
        return name ?? $"link {index}";
    }
}

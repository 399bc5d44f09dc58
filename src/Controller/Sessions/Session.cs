using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Sessions;

/// <summary>One node's session: what is to be sent to it, when it was last heard, and what it was asked for.</summary>
internal sealed class Session : IDisposable
{
    public const int MaxOutbound = 1024;
    public const int MaxRelays = 64;
    public static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    public const int MaxMissedPings = 2;

    private readonly Channel<Proto.FromController> outbound = Channel.CreateBounded<Proto.FromController>(new BoundedChannelOptions(MaxOutbound) { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, Relay> relays = [];
    private long pings;
    private long nextPing = Environment.TickCount64 + (long)PingEvery.TotalMilliseconds;
    private long requests;
    private int unanswered;
    private string reason = "the node closed it";
    private StatusCode code = StatusCode.OK;

    public required string NodeId { get; init; }
    public required string Version { get; init; }
    public required string Remote { get; init; }
    /// <summary>When the certificate of this session ends; a renewed one moves it.</summary>
    public required DateTimeOffset NotAfter { get; init; }
    /// <summary>Ends the connection itself, for a node that does not take our words any more.</summary>
    public required Action Abort { get; init; }

    public DateTimeOffset LastSeen { get; private set; } = ControllerClock.Now;
    public bool MissedPing => Volatile.Read(ref unanswered) > 1;
    public CancellationToken Closing => closing.Token;
    public string Reason => reason;
    public Status Status => new(code, reason);
    public ChannelReader<Proto.FromController> Outbound => outbound.Reader;

    /// <summary>Queues a message; a node that takes none is cut off. False when the session is ending.</summary>
    public bool Send(Proto.FromController message)
    {
        if (outbound.Writer.TryWrite(message))
            return true;
        if (!closing.IsCancellationRequested)
            Close(StatusCode.ResourceExhausted, $"{MaxOutbound} messages wait for the node to take them", abort: true);
        return false;
    }

    /// <summary>Anything from the node shows that it is there.</summary>
    public void Heard()
    {
        LastSeen = ControllerClock.Now;
        Volatile.Write(ref unanswered, 0);
    }

    /// <summary>Once a second: pings, and closes what is gone or expired.</summary>
    public void Tick(long milliseconds, DateTimeOffset now, DateTimeOffset? renewedUntil)
    {
        if (now > NotAfter && !(renewedUntil > now))
        {
            Close(StatusCode.Unauthenticated, "its certificate expired");
        }
        else if (milliseconds >= nextPing)
        {
            if (unanswered >= MaxMissedPings)
            {
                Close(StatusCode.DeadlineExceeded, $"{MaxMissedPings} pings were not answered", abort: true);
                return;
            }
            Interlocked.Increment(ref unanswered);
            nextPing = milliseconds + (long)PingEvery.TotalMilliseconds;
            Send(new Proto.FromController { Ping = new Proto.Ping { Number = ++pings, TimeUnixMs = now.ToUnixTimeMilliseconds() } });
        }
    }

    /// <summary>Ends the session; the first reason stays.</summary>
    public void Close(StatusCode with, string why, bool abort = false)
    {
        lock (closing)
        {
            if (closing.IsCancellationRequested)
                return;
            (code, reason) = (with, why);
            outbound.Writer.TryComplete();
            closing.Cancel();
        }
        if (abort)
            Abort();
    }

    /// <summary>Says goodbye: the node comes back (here or elsewhere) within so many seconds.</summary>
    public void GoAway(int seconds)
    {
        Send(new Proto.FromController { GoingAway = new Proto.GoingAway { Seconds = seconds } });
        outbound.Writer.TryComplete();
    }

    /// <summary>Opens a place for the answers to a request; null when too many are open.</summary>
    public Relay? Open()
    {
        if (relays.Count >= MaxRelays)
            return null;
        var relay = new Relay(Interlocked.Increment(ref requests).ToString(System.Globalization.CultureInfo.InvariantCulture), this);
        relays[relay.Id] = relay;
        return relay;
    }

    public Relay? RelayOf(string id) => relays.GetValueOrDefault(id);

    public void Forget(Relay relay) => relays.TryRemove(relay.Id, out _);

    /// <summary>Tells everyone who waits for an answer that none will come.</summary>
    public void EndRelays()
    {
        foreach (var relay in relays.Values)
            relay.End();
    }

    public void Dispose() => closing.Dispose();
}

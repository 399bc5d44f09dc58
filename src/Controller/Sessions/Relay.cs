using System.Threading.Channels;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Sessions;

/// <summary>The answers of a node to one request. A slow reader loses the oldest and is told how many bytes; the session is never held up.</summary>
internal sealed class Relay : IDisposable
{
    public const int MaxWaiting = 256;

    private readonly Session session;
    private readonly Channel<Proto.FromNode> answers;
    private long dropped;

    public Relay(string id, Session session)
    {
        (Id, this.session) = (id, session);
        answers = Channel.CreateBounded<Proto.FromNode>(
            new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            lost => Interlocked.Add(ref dropped, lost.Log?.Data.Length ?? 0));
    }

    public string Id { get; }
    public ChannelReader<Proto.FromNode> Answers => answers.Reader;

    /// <summary>Bytes lost since this was last asked.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref dropped, 0);

    public void Offer(Proto.FromNode answer) => answers.Writer.TryWrite(answer);
    public void End() => answers.Writer.TryComplete();

    public void Dispose()
    {
        session.Forget(this);
        End();
    }
}

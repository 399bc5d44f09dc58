using G8os.Controller.Nodes;
using G8os.Model.Wire;

namespace G8os.Controller.Sessions;

/// <summary>What is known of a node's being there, in memory: its session, its status, and its last transitions for explain.</summary>
internal sealed class Presence(string nodeId, NodeStatus status, DateTimeOffset? lastSeen, DateTimeOffset goneSince)
{
    public const int MaxTransitions = 64;

    /// <summary>A session that broke counts as suspect this long: a core that restarts is back by then.</summary>
    public static readonly TimeSpan SuspectTime = TimeSpan.FromSeconds(5);

    /// <summary>Gone this long a node is lost.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Queue<Transition> transitions = [];

    public string NodeId => nodeId;
    public Session? Session { get; private set; }
    public NodeStatus Status { get; private set; } = status;
    public DateTimeOffset? LastSeen => Session?.LastSeen ?? lastSeen;
    public DateTimeOffset GoneSince { get; private set; } = goneSince;

    public IReadOnlyList<Transition> Transitions
    {
        get
        {
            lock (gate)
                return [.. transitions];
        }
    }

    /// <summary>A session began; the one it replaces is returned.</summary>
    public Session? Attach(Session session, DateTimeOffset now)
    {
        lock (gate)
        {
            var old = Session;
            Session = session;
            Note(now, "session opened", $"core {session.Version} from {session.Remote}");
            return old;
        }
    }

    /// <summary>A session ended; false when another had replaced it already.</summary>
    public bool Detach(Session session, string reason, DateTimeOffset now)
    {
        lock (gate)
        {
            if (Session != session)
                return false;
            lastSeen = session.LastSeen;
            Session = null;
            // Whose pings went unanswered has been suspect long enough.
            GoneSince = session.MissedPing ? now - SuspectTime : now;
            Note(now, "session ended", reason);
            return true;
        }
    }

    /// <summary>Takes a status; true when the phase is another one than before.</summary>
    public bool Update(NodeStatus next, DateTimeOffset now)
    {
        lock (gate)
        {
            var changed = next.Phase != Status.Phase;
            if (changed)
                Note(now, $"phase {next.Phase}", next.Waiting.Length > 0 ? $"waits: {next.Waiting}" : $"uplink {next.Uplink} by {next.Candidate}, {next.Address}");
            Status = next;
            return changed;
        }
    }

    /// <summary>The node's state for operators.</summary>
    public string State(NodeRecord node, DateTimeOffset now)
    {
        if (node.Removed)
            return "removed";
        if (node.Standing == Standing.Pending)
            return "pending";
        if (Session is { } session)
            return session.MissedPing ? "suspect" : "online";
        if (LastSeen is null)
            return "enrolled";
        var gone = now - GoneSince;
        return gone < SuspectTime ? "suspect" : gone < LostAfter ? "offline" : "lost";
    }

    private void Note(DateTimeOffset now, string what, string evidence)
    {
        if (transitions.Count == MaxTransitions)
            transitions.Dequeue();
        transitions.Enqueue(new Transition(now, what, evidence));
    }
}

using System.Collections.Concurrent;
using G8os.Controller.Nodes;
using G8os.Controller.Storage;
using Grpc.Core;

namespace G8os.Controller.Sessions;

/// <summary>Who is there. A node has one session: a new one replaces the old.</summary>
internal sealed class SessionTable(Database database, NodeTable nodes, DateTimeOffset started)
{
    public const int MaxSessions = 20_000;
    public const int ComeBackSeconds = 5;

    private readonly ConcurrentDictionary<string, Presence> presences = new(PresenceRows.Load(database, started));
    private int count;

    /// <summary>0 (idle) to 1.</summary>
    public double Load => Math.Min(1, (double)Volatile.Read(ref count) / MaxSessions);

    public bool Full => Volatile.Read(ref count) >= MaxSessions;

    /// <summary>What is known of a node's being there; of one that never was, nothing is kept.</summary>
    public Presence Of(string nodeId) => presences.GetValueOrDefault(nodeId) ?? New(nodeId);

    public Session? Get(string nodeId) => presences.GetValueOrDefault(nodeId)?.Session;

    /// <summary>A node said hello.</summary>
    public void Attach(Session session, NodeStatus status)
    {
        Interlocked.Increment(ref count);
        var presence = presences.GetOrAdd(session.NodeId, New);
        presence.Attach(session, ControllerClock.Now)?.Close(StatusCode.Aborted, "the node opened a new session");
        Update(session, status);
    }

    /// <summary>A session ended; false when the node has opened another one already.</summary>
    public bool Detach(Session session)
    {
        Interlocked.Decrement(ref count);
        session.EndRelays();
        var presence = Of(session.NodeId);
        if (!presence.Detach(session, session.Reason, ControllerClock.Now))
            return false;
        Save(presence, session.LastSeen);
        return true;
    }

    /// <summary>Keeps a status in memory, and on disk when the phase changed.</summary>
    public void Update(Session session, NodeStatus status)
    {
        var presence = Of(session.NodeId);
        if (presence.Session == session && presence.Update(status, ControllerClock.Now))
            Save(presence, session.LastSeen);
    }

    /// <summary>Ends a node's session, if it has one.</summary>
    public void CloseNode(string nodeId, StatusCode code, string reason) => Get(nodeId)?.Close(code, reason);

    /// <summary>Once a second.</summary>
    public void Tick()
    {
        var (milliseconds, now) = (Environment.TickCount64, ControllerClock.Now);
        foreach (var presence in presences.Values)
            presence.Session?.Tick(milliseconds, now, nodes.Get(presence.NodeId)?.CertificateNotAfter);
    }

    /// <summary>The controller stops: everyone is told to come back soon.</summary>
    public void GoAway()
    {
        foreach (var presence in presences.Values)
            presence.Session?.GoAway(ComeBackSeconds);
    }

    private Presence New(string nodeId) => new(nodeId, NodeStatus.None, null, started);

    private void Save(Presence presence, DateTimeOffset seen)
    {
        var status = presence.Status;
        _ = database.Write(tx => PresenceRows.Put(tx, presence.NodeId, status, seen));
    }
}

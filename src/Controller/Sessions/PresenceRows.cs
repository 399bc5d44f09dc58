using Dapper;
using G8os.Controller.Storage;

namespace G8os.Controller.Sessions;

/// <summary>The last known status of nodes as rows: written at phase changes and session ends only.</summary>
internal static class PresenceRows
{
    public static Dictionary<string, Presence> Load(Database database, DateTimeOffset started) => database.Read(connection => connection
        .Query<Row>("SELECT * FROM node_status")
        .ToDictionary(row => row.Id, row => row.Read(started), StringComparer.Ordinal));

    public static void Put(Tx tx, string id, NodeStatus status, DateTimeOffset seen) => tx.Execute(
        """
        INSERT INTO node_status (id, phase, uplink, candidate, address, waiting, seen) VALUES (@id, @Phase, @Uplink, @Candidate, @Address, @Waiting, @seen)
        ON CONFLICT (id) DO UPDATE SET phase = @Phase, uplink = @Uplink, candidate = @Candidate, address = @Address, waiting = @Waiting, seen = @seen
        """,
        new { id, status.Phase, status.Uplink, status.Candidate, status.Address, status.Waiting, seen = seen.ToUnixTimeMilliseconds() });

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Phase { get; set; } = "";
        public string Uplink { get; set; } = "";
        public string Candidate { get; set; } = "";
        public string Address { get; set; } = "";
        public string Waiting { get; set; } = "";
        public long Seen { get; set; }

        // Nodes have ten minutes from our start before they are lost: it was we who were away.
        public Presence Read(DateTimeOffset started) =>
            new(Id, new NodeStatus(Phase, Uplink, Candidate, Address, Waiting), DateTimeOffset.FromUnixTimeMilliseconds(Seen), started);
    }
}

using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>The newest push or commit that was refused.</summary>
internal static class RefusedRows
{
    public static RefusedView? Load(Database database) => database.Read(connection => connection
        .QueryFirstOrDefault<Row>("SELECT commit_id AS CommitId, who, time, errors FROM ays_refused") is { } row
            ? new RefusedView(row.CommitId, row.Who, DateTimeOffset.FromUnixTimeMilliseconds(row.Time), JsonSerializer.Deserialize(row.Errors, WireJson.Default.ValuesString)!)
            : null);

    public static void Put(Tx tx, RefusedView refused) => tx.Execute(
        """
        INSERT INTO ays_refused (one, commit_id, who, time, errors) VALUES (1, @Commit, @By, @time, @errors)
        ON CONFLICT (one) DO UPDATE SET commit_id = @Commit, who = @By, time = @time, errors = @errors
        """,
        new { refused.Commit, refused.By, time = refused.Time.ToUnixTimeMilliseconds(), errors = JsonSerializer.Serialize(refused.Errors, WireJson.Default.ValuesString) });

    public static void Clear(Tx tx) => tx.Execute("DELETE FROM ays_refused");

    private sealed class Row
    {
        public string CommitId { get; set; } = "";
        public string Who { get; set; } = "";
        public long Time { get; set; }
        public string Errors { get; set; } = "";
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Audit;

/// <summary>
/// Everything an operator, a node or a stranger did or was refused, one line each. A line's hash is the lower-case hex SHA-256 over the
/// hash before it (empty for line 1), a newline, and the JSON array [number, Unix milliseconds, who, what, subject, detail].
/// </summary>
internal sealed class AuditLog(Database database)
{
    public const int MaxListed = 10_000;
    public const int MaxDetail = 1024;

    /// <summary>Appends within a write, so that what was done and its line are one commit.</summary>
    public static void Append(Tx tx, string who, string what, string subject, string detail)
    {
        var last = tx.First<Row>("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
        var number = (last?.Number ?? 0) + 1;
        var time = ControllerClock.Now.ToUnixTimeMilliseconds();
        var text = detail.Length > MaxDetail ? detail[..MaxDetail] : detail;
        tx.Execute(
            "INSERT INTO audit (number, time, who, what, subject, detail, hash) VALUES (@number, @time, @who, @what, @subject, @text, @hash)",
            new { number, time, who, what, subject, text, hash = Hash(last?.Hash ?? "", number, time, who, what, subject, text) });
    }

    /// <summary>Appends a line of its own.</summary>
    public Task Write(string who, string what, string subject, string detail) => database.Write(tx => Append(tx, who, what, subject, detail));

    /// <summary>The newest lines, newest first.</summary>
    public Values<AuditEntry> Newest(int limit) => database.Read(connection => connection
        .Query<Row>("SELECT * FROM audit ORDER BY number DESC LIMIT @limit", new { limit })
        .Select(Entry).ToValues());

    /// <summary>The newest lines about one subject, oldest first.</summary>
    public IReadOnlyList<AuditEntry> About(string subject, int limit) => database.Read(connection => connection
        .Query<Row>("SELECT * FROM audit WHERE subject = @subject ORDER BY number DESC LIMIT @limit", new { subject, limit })
        .Select(Entry).Reverse().ToArray());

    internal static string Hash(string before, long number, long time, string who, string what, string subject, string detail)
    {
        using var buffer = new MemoryStream();
        buffer.Write(System.Text.Encoding.ASCII.GetBytes(before + "\n"));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteNumberValue(number);
            json.WriteNumberValue(time);
            json.WriteStringValue(who);
            json.WriteStringValue(what);
            json.WriteStringValue(subject);
            json.WriteStringValue(detail);
            json.WriteEndArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static AuditEntry Entry(Row row) =>
        new(row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.Time), row.Who, row.What, row.Subject, row.Detail, row.Hash);

    private sealed class Row
    {
        public long Number { get; set; }
        public long Time { get; set; }
        public string Who { get; set; } = "";
        public string What { get; set; } = "";
        public string Subject { get; set; } = "";
        public string Detail { get; set; } = "";
        public string Hash { get; set; } = "";
    }
}

using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Model.Wire;
using Microsoft.Data.Sqlite;

namespace G8os.Controller.Nodes;

/// <summary>Nodes as rows.</summary>
internal static class NodeRows
{
    private const string Columns =
        "id, name, identity, standing, reason, ask, macs, facts, enrolled_macs AS EnrolledMacs, enrolled_facts AS EnrolledFacts, labels, certified, "
        + "certificate_not_after AS CertificateNotAfter, created, decided";

    private const string Upsert = """
        INSERT INTO node (id, name, identity, standing, reason, ask, macs, facts, enrolled_macs, enrolled_facts, labels, certified, certificate_not_after, created, decided)
        VALUES (@Id, @Name, @Identity, @Standing, @Reason, @Ask, @Macs, @Facts, @EnrolledMacs, @EnrolledFacts, @Labels, @Certified, @CertificateNotAfter, @Created, @Decided)
        ON CONFLICT (id) DO UPDATE SET name = @Name, standing = @Standing, reason = @Reason, ask = @Ask, macs = @Macs, facts = @Facts,
            enrolled_macs = @EnrolledMacs, enrolled_facts = @EnrolledFacts, labels = @Labels, certified = @Certified,
            certificate_not_after = @CertificateNotAfter, decided = @Decided
        """;

    public static IEnumerable<NodeRecord> All(SqliteConnection connection) => connection.Query<Row>($"SELECT {Columns} FROM node").Select(Read);

    public static NodeRecord? Get(Tx tx, string id) =>
        tx.First<Row>($"SELECT {Columns} FROM node WHERE id = @id", new { id }) is { } row ? Read(row) : null;

    public static NodeRecord? Named(Tx tx, string name) =>
        tx.First<Row>($"SELECT {Columns} FROM node WHERE name = @name AND standing IN ('Pending', 'Accepted')", new { name }) is { } row ? Read(row) : null;

    public static void Put(Tx tx, NodeRecord node) => tx.Execute(Upsert, new Row
    {
        Id = node.Id,
        Name = node.Name,
        Identity = node.Identity,
        Standing = node.Standing.ToString(),
        Reason = node.Reason,
        Ask = node.Ask,
        Macs = JsonSerializer.Serialize(node.Macs, WireJson.Default.ValuesString),
        Facts = JsonSerializer.Serialize(node.Facts, WireJson.Default.NodeFacts),
        EnrolledMacs = JsonSerializer.Serialize(node.EnrolledMacs, WireJson.Default.ValuesString),
        EnrolledFacts = JsonSerializer.Serialize(node.EnrolledFacts, WireJson.Default.NodeFacts),
        Labels = JsonSerializer.Serialize(node.Labels, WireJson.Default.SortedDictionaryStringString),
        Certified = node.Certified ? 1 : 0,
        CertificateNotAfter = node.CertificateNotAfter?.ToUnixTimeMilliseconds(),
        Created = node.Created.ToUnixTimeMilliseconds(),
        Decided = node.Decided?.ToUnixTimeMilliseconds(),
    });

    private static NodeRecord Read(Row row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Identity = row.Identity,
        Standing = Enum.Parse<Standing>(row.Standing),
        Reason = row.Reason,
        Ask = row.Ask,
        Macs = JsonSerializer.Deserialize(row.Macs, WireJson.Default.ValuesString)!,
        Facts = JsonSerializer.Deserialize(row.Facts, WireJson.Default.NodeFacts)!,
        EnrolledMacs = JsonSerializer.Deserialize(row.EnrolledMacs, WireJson.Default.ValuesString)!,
        EnrolledFacts = JsonSerializer.Deserialize(row.EnrolledFacts, WireJson.Default.NodeFacts)!,
        Labels = JsonSerializer.Deserialize(row.Labels, WireJson.Default.SortedDictionaryStringString)!,
        Certified = row.Certified != 0,
        CertificateNotAfter = Time(row.CertificateNotAfter),
        Created = DateTimeOffset.FromUnixTimeMilliseconds(row.Created),
        Decided = Time(row.Decided),
    };

    private static DateTimeOffset? Time(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Identity { get; set; } = "";
        public string Standing { get; set; } = "";
        public string Reason { get; set; } = "";
        public string Ask { get; set; } = "";
        public string Macs { get; set; } = "";
        public string Facts { get; set; } = "";
        public string EnrolledMacs { get; set; } = "";
        public string EnrolledFacts { get; set; } = "";
        public string Labels { get; set; } = "";
        public long Certified { get; set; }
        public long? CertificateNotAfter { get; set; }
        public long Created { get; set; }
        public long? Decided { get; set; }
    }
}

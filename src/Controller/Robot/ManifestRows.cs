using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;

namespace G8os.Controller.Robot;

/// <summary>What was issued to a node of the repository.</summary>
/// <param name="Name">The node's name in the repository.</param>
/// <param name="Node">Id of the machine it was signed for; empty while no machine has the name.</param>
/// <param name="Issue">Its content.</param>
/// <param name="Document">JSON of the signed document; empty while no machine has the name.</param>
internal sealed record IssuedManifest(string Name, string Node, NodeIssue Issue, string Document);

/// <summary>Issued manifests as rows.</summary>
internal static class ManifestRows
{
    public static IReadOnlyList<IssuedManifest> Load(Database database) => database.Read(connection => connection
        .Query<Row>("SELECT name, node, content, document FROM node_manifest ORDER BY name")
        .Select(row => new IssuedManifest(row.Name, row.Node, JsonSerializer.Deserialize(row.Content, GridJson.Default.NodeIssue)!, row.Document))
        .ToArray());

    public static void Put(Tx tx, IssuedManifest manifest) => tx.Execute(
        """
        INSERT INTO node_manifest (name, node, generation, content, document, issued) VALUES (@Name, @Node, @Generation, @Content, @Document, @now)
        ON CONFLICT (name) DO UPDATE SET node = @Node, generation = @Generation, content = @Content, document = @Document, issued = @now
        """,
        new
        {
            manifest.Name,
            manifest.Node,
            manifest.Issue.Generation,
            Content = JsonSerializer.Serialize(manifest.Issue, GridJson.Default.NodeIssue),
            manifest.Document,
            now = ControllerClock.Now.ToUnixTimeMilliseconds(),
        });

    public static void Delete(Tx tx, string name) => tx.Execute("DELETE FROM node_manifest WHERE name = @name", new { name });

    private sealed class Row
    {
        public string Name { get; set; } = "";
        public string Node { get; set; } = "";
        public string Content { get; set; } = "";
        public string Document { get; set; } = "";
    }
}

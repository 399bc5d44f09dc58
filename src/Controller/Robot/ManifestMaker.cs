using System.Text.Json;
using G8os.Controller.Grid;
using G8os.Decisions.Grid;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Grid;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>Makes the signed document of what a node shall run.</summary>
/// <param name="key">The grid's node-manifest key.</param>
/// <param name="sandboxes">The signed manifest of a sandbox of the store, by NAME@VERSION; null when the store does not have it.</param>
internal sealed class ManifestMaker(SigningKey key, Func<string, SignedDocument?> sandboxes)
{
    /// <summary>A node with so few services is never too big for a manifest.</summary>
    public const int SmallNode = 20;

    /// <summary>The JSON of the signed document for a machine.</summary>
    public string Sign(string name, string node, NodeIssue issue)
    {
        var manifest = Make(name, node, issue);
        return JsonSerializer.Serialize(key.Use(signer => ManifestJudge.Sign(manifest, signer)), WireJson.Default.SignedDocument);
    }

    /// <summary>Bytes of the manifest that a node would get.</summary>
    public int Size(string name, GridSpec wanted, IReadOnlyList<ServiceSpec> services)
    {
        var all = services.Aggregate(Table<ServiceSpec>.Empty, (table, service) => table.With(service.Id, service));
        var issue = new NodeIssue { Commit = wanted.Commit, Sandboxes = wanted.Nodes.GetValueOrDefault(name)?.Sandboxes ?? [], Services = all };
        return JsonSerializer.SerializeToUtf8Bytes(Make(name, name, issue), WireJson.Default.NodeManifest).Length;
    }

    private NodeManifest Make(string name, string node, NodeIssue issue) => new()
    {
        Node = node,
        Name = name,
        Generation = issue.Generation,
        Commit = issue.Commit,
        Sandboxes = Assignments(issue),
        Apps = issue.Services.Items.Select(service => service.App).OrderBy(app => app.Name, StringComparer.Ordinal).ToValues(),
    };

    /// <summary>True when the store has it.</summary>
    public bool Has(string sandbox) => sandboxes(sandbox) is not null;

    // What the store lost since stays out: the node says which app misses it.
    private Values<SandboxAssignment> Assignments(NodeIssue issue)
    {
        var tools = issue.Sandboxes.ToHashSet(StringComparer.Ordinal);
        return tools.Concat(issue.Services.Items.Select(service => service.App.Sandbox)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => sandboxes(name) is { } document ? new SandboxAssignment(name, document, tools.Contains(name)) : null)
            .OfType<SandboxAssignment>().ToValues();
    }
}

using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Grid;

/// <summary>The signed versions of grid.json, in the database; the newest is what this controller goes by.</summary>
internal sealed class GridStore
{
    private readonly Database database;
    private volatile Versions current;

    private GridStore(Database database, IReadOnlyList<SignedDocument> documents)
    {
        this.database = database;
        current = new Versions(documents);
    }

    public GridDocument Newest => current.Newest;
    public string Pin => current.Pin;

    public static bool Exists(Database database) => database.Read(connection => connection.ExecuteScalar<int>("SELECT count(*) FROM grid_version")) > 0;

    /// <summary>The stored chain; at the first start version 1; when the session port was changed or the grid does not name our node-manifest or publisher key yet, a next version that says so.</summary>
    public static async Task<GridStore> Open(Database database, GridKeys keys, string name, string controller, int sessionPort)
    {
        var documents = Load(database);
        if (documents.Count == 0)
        {
            await Append(database, Sign(First(keys, name, controller, sessionPort), keys.Root));
            documents = Load(database);
        }
        var store = new GridStore(database, documents);
        if (store.Newest.Controllers.All(known => known.Id != controller || known.Key != keys.Probe.SpkiBase64))
            throw new StartFault($"cannot serve as {controller}: the grid does not vouch for this controller's probe key; restore keys and database from the same backup");
        if (store.Newest.NodeManifestKey is { } known && known != keys.Manifests.SpkiBase64)
            throw new StartFault("cannot issue node manifests: the grid vouches for another key than keys/manifest.pem; restore keys and database from the same backup");
        var wanted = store.Newest with
        {
            SessionPort = sessionPort == 0 ? store.Newest.SessionPort : sessionPort,
            NodeManifestKey = keys.Manifests.SpkiBase64,
            SandboxPublishers = store.Newest.SandboxPublishers.Contains(keys.Publisher.SpkiBase64)
                ? store.Newest.SandboxPublishers : store.Newest.SandboxPublishers.With(keys.Publisher.SpkiBase64),
        };
        if (wanted != store.Newest)
            await store.Publish(wanted with { Version = store.Newest.Version + 1 }, keys.Root);
        return store;
    }

    /// <summary>JSON of all versions above N, in order.</summary>
    public byte[] After(int version) => current.After(version);

    private async Task Publish(GridDocument next, SigningKey root)
    {
        await Append(database, Sign(next, root));
        current = new Versions(Load(database));
    }

    private static GridDocument First(GridKeys keys, string name, string controller, int sessionPort) => new()
    {
        Version = 1,
        Name = name,
        Root = keys.Root.SpkiBase64,
        IssuingCertificate = Convert.ToBase64String(keys.Issuing.Certificate.RawData),
        Controllers = [new ControllerKey(controller, keys.Probe.SpkiBase64)],
        SealKey = keys.Seal.SpkiBase64,
        SshCa = keys.Ssh.PublicLine,
        NodeManifestKey = keys.Manifests.SpkiBase64,
        SandboxPublishers = [keys.Publisher.SpkiBase64],
        SessionPort = sessionPort == 0 ? Routes.SessionPort : sessionPort,
        TimeFloor = keys.Issuing.Certificate.NotBefore.ToUniversalTime(),
    };

    private static SignedDocument Sign(GridDocument document, SigningKey root)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.GridDocument);
        var signature = Convert.ToBase64String(root.Sign(NodeSignature.GridBytes(payload)));
        return new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [new DocumentSignature(root.Id, signature)] };
    }

    private static Task Append(Database database, SignedDocument signed) => database.Write(tx =>
    {
        var document = GridChain.Read(signed)!;
        tx.Execute(
            "INSERT INTO grid_version (version, document) VALUES (@Version, @text)",
            new { document.Version, text = JsonSerializer.Serialize(signed, WireJson.Default.SignedDocument) });
        Audit.AuditLog.Append(tx, "controller", "grid.published", document.Name, $"version {document.Version}");
    });

    private static List<SignedDocument> Load(Database database) => database.Read(connection => connection
        .Query<string>("SELECT document FROM grid_version ORDER BY version")
        .Select(text => JsonSerializer.Deserialize(text, WireJson.Default.SignedDocument)!)
        .ToList());

    private sealed class Versions(IReadOnlyList<SignedDocument> documents)
    {
        private readonly byte[] all = Serialize(documents);

        public GridDocument Newest { get; } = GridChain.Read(documents[^1])!;
        public string Pin { get; } = GridChain.PinOf(GridChain.Read(documents[0])!);

        public byte[] After(int version) => version <= 0 ? all : Serialize(documents.Skip(version));

        private static byte[] Serialize(IEnumerable<SignedDocument> list) =>
            JsonSerializer.SerializeToUtf8Bytes(list.ToValues(), WireJson.Default.ValuesSignedDocument);
    }
}

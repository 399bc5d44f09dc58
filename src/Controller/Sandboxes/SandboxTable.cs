using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Controller.Sandboxes;

/// <summary>A published sandbox.</summary>
internal sealed record StoredSandbox(long Number, SandboxManifest Manifest, SignedDocument Signed, string Operator, DateTimeOffset Pushed)
{
    public SandboxView View(bool signed = false) => new()
    {
        Name = Manifest.Name,
        Version = Manifest.Version,
        Image = Manifest.Image,
        ImageSize = Manifest.ImageSize,
        Entries = Manifest.Entries,
        Files = Manifest.Files,
        Objects = Manifest.Objects,
        Bytes = Manifest.Bytes,
        Path = Manifest.Path,
        By = Operator,
        Pushed = Pushed,
        Publisher = Signed.Signatures[0].Key,
        Signed = signed ? Signed : null,
    };
}

/// <summary>All published sandboxes in memory, following the database commit by commit.</summary>
internal sealed class SandboxTable
{
    private volatile StoredSandbox[] all;

    public SandboxTable(Database database) => all = database.Read(connection => connection
        .Query<Row>("SELECT * FROM sandbox ORDER BY number").Select(row => row.Read()).ToArray());

    /// <summary>Called after each commit that changed the table.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<StoredSandbox> All => all;

    /// <summary>Name → versions, the newest last.</summary>
    public Table<Values<string>> Versions => all.GroupBy(sandbox => sandbox.Manifest.Name, StringComparer.Ordinal)
        .Aggregate(Table<Values<string>>.Empty, (table, group) => table.With(group.Key, group.Select(sandbox => sandbox.Manifest.Version).ToValues()));

    public StoredSandbox? Get(SandboxRef sandbox) => Array.Find(all, stored => stored.Manifest.Ref == sandbox);

    /// <summary>The signed manifest of NAME@VERSION, or null.</summary>
    public SignedDocument? Signed(string sandbox) => SandboxRef.TryParse(sandbox, out var wanted) ? Get(wanted)?.Signed : null;

    public StoredSandbox Add(Tx tx, SandboxManifest manifest, SignedDocument signed, string who)
    {
        var stored = new StoredSandbox((tx.First<long?>("SELECT max(number) FROM sandbox") ?? 0) + 1, manifest, signed, who, ControllerClock.Now);
        tx.Execute(
            "INSERT INTO sandbox (number, name, version, document, operator, pushed) VALUES (@Number, @Name, @Version, @document, @who, @pushed)",
            new
            {
                stored.Number, manifest.Name, manifest.Version, who,
                document = JsonSerializer.Serialize(signed, WireJson.Default.SignedDocument),
                pushed = stored.Pushed.ToUnixTimeMilliseconds(),
            });
        tx.AfterCommit(() =>
        {
            all = [.. all, stored];
            Changed();
        });
        return stored;
    }

    public void Remove(Tx tx, StoredSandbox sandbox)
    {
        tx.Execute("DELETE FROM sandbox WHERE number = @Number", new { sandbox.Number });
        tx.AfterCommit(() =>
        {
            all = [.. all.Where(stored => stored.Number != sandbox.Number)];
            Changed();
        });
    }

    private sealed class Row
    {
        public long Number { get; set; }
        public string Document { get; set; } = "";
        public string Operator { get; set; } = "";
        public long Pushed { get; set; }

        public StoredSandbox Read()
        {
            var signed = JsonSerializer.Deserialize(Document, WireJson.Default.SignedDocument)!;
            return new(Number, SandboxJudge.Read(signed)!, signed, Operator, DateTimeOffset.FromUnixTimeMilliseconds(Pushed));
        }
    }
}

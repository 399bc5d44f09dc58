using System.Text;
using G8os.Controller.Git;
using G8os.Controller.Grid;
using G8os.Controller.Http;
using G8os.Controller.Robot;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Wire;
using G8os.Robot;
using Xunit;

namespace G8os.Controller.Tests;

/// <summary>The robot's desk over a real database: commits, reports of nodes, manifests, and a controller that dies in between.</summary>
public sealed class RobotDeskTests : IAsyncLifetime, IDisposable
{
    private const string Node = "0123456789abcdef0123456789abcdef";
    private const string Other = "fedcba9876543210fedcba9876543210";

    private const string Nodes = """
        kind: node
        name: node-1
        macs: ["52:54:00:00:00:01"]
        ---
        kind: node
        name: node-2
        macs: ["52:54:00:00:00:02"]

        """;

    private const string Web = """
        kind: app
        name: web
        node: node-1
        sandbox: web@1.0
        process: { exec: /usr/bin/web }
        update: { min_healthy: 0s }

        """;

    private readonly string data = ControllerProcess.NewData();
    private readonly Dictionary<string, SignedDocument> store = new()
    {
        ["web@1.0"] = new SignedDocument { Payload = "", Signatures = [] },
        ["web@2.0"] = new SignedDocument { Payload = "", Signatures = [] },
    };

    private readonly List<Machine> machines = [new(Node, "node-1", ["52:54:00:00:00:01"], 1), new(Other, "node-2", ["52:54:00:00:00:02"], 2)];
    private Database database = null!;
    private SigningKey key = null!;
    private RobotDesk desk = null!;
    private int commits;

    public Task InitializeAsync()
    {
        using var made = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        key = new SigningKey(made.ExportPkcs8PrivateKey());
        database = Database.Open(Path.Combine(data, "controller.db"));
        Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_commit_becomes_a_run_whose_manifest_is_signed_for_the_machine_with_the_mac()
    {
        Assert.StartsWith("accepted; run 1 starts", Commit(Nodes, Web), StringComparison.Ordinal);
        Assert.Equal(["node-1"], desk.ToSend);
        var manifest = Manifest("node-1");
        Assert.Equal((Node, "node-1", 1L), (manifest.Node, manifest.Name, manifest.Generation));
        Assert.Equal(["web@1.0"], manifest.Sandboxes.Select(sandbox => sandbox.Sandbox));
        await Turn();
        Report(Node, 1, ("web", AppState.Running, true));
        await Turn();
        Assert.Equal(RunOutcome.Ok, desk.Picture.Run!.State.Outcome);
        Assert.True(desk.Picture.Plan!.IsEmpty);
        Assert.Contains(RunRows.Story(database, 1), line => line.What == "ended ok");
    }

    [Fact]
    public async Task A_controller_that_dies_goes_on_with_the_run_from_what_is_written()
    {
        Commit(Nodes, Web);
        await Turn();
        // What was decided after the last write is lost with it, and decided again.
        Report(Node, 1, ("web", AppState.Running, true));
        Start();
        Take(Nodes, Web);
        Assert.Null(desk.Picture.Run!.State.Outcome);
        Assert.Equal(1, desk.Picture.Run.State.Number);
        desk.Hello(Node, 0);
        Assert.Equal(["node-1"], desk.ToSend);
        Report(Node, 1, ("web", AppState.Running, true));
        await Turn();
        Start();
        Take(Nodes, Web);
        Assert.Equal((1L, RunOutcome.Ok), (desk.Picture.Run!.State.Number, desk.Picture.Run.State.Outcome));
        desk.Hello(Node, 1);
        Assert.Empty(desk.ToSend);
        Assert.Single(RunRows.Newest(database, 10));
    }

    [Fact]
    public async Task A_new_commit_supersedes_the_run_under_way()
    {
        desk.Hello(Node, 0);
        Report(Node, 0);
        Commit(Nodes, Web);
        await Turn();
        Assert.StartsWith("accepted; run 2 starts", Commit(Nodes, Web.Replace("1.0", "2.0", StringComparison.Ordinal)), StringComparison.Ordinal);
        await Turn();
        Assert.Equal(RunOutcome.Superseded, RunRows.Get(database, 1, GridIssued.Nothing)!.State.Outcome);
        Assert.Equal(2L, Manifest("node-1").Generation);
        Report(Node, 2, ("web", AppState.Running, true));
        await Turn();
        Assert.Equal((2L, RunOutcome.Ok), (desk.Picture.Run!.State.Number, desk.Picture.Run.State.Outcome));
    }

    [Fact]
    public async Task With_approve_a_commit_waits_and_a_plan_that_reality_left_behind_is_refused()
    {
        const string Approve = "apply: approve\n";
        Assert.StartsWith("accepted; it waits for an operator", Commit(Nodes, Web, Approve), StringComparison.Ordinal);
        var plan = desk.Picture.Plan!.Id;
        Assert.Null(desk.Picture.Run);
        Commit(Nodes, Web.Replace("1.0", "2.0", StringComparison.Ordinal), Approve);
        Assert.Equal("moved", Assert.Throws<ApiFault>(() => desk.Apply(plan, "alice")).Code);
        Assert.StartsWith("accepted; run 1 starts", desk.Apply(desk.Picture.Plan.Id, "alice"), StringComparison.Ordinal);
        await Turn();
        Assert.Equal("alice", RunRows.Get(database, 1, GridIssued.Nothing)!.Who);
    }

    [Fact]
    public void An_invalid_commit_changes_nothing_and_is_told()
    {
        Commit(Nodes, Web);
        var before = desk.Picture;
        Assert.StartsWith("refused: blueprints/web.yaml:", Commit(Nodes, Web.Replace("node-1", "node-9", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((before.Commit, before.Wanted), (desk.Picture.Commit, desk.Picture.Wanted));
        Assert.Single(desk.Picture.Refused!.Errors);
        Commit(Nodes, Web);
        Assert.Null(desk.Picture.Refused);
    }

    [Fact]
    public async Task What_did_not_go_well_is_not_tried_again_by_itself()
    {
        Commit(Nodes, Web);
        Report(Node, 1, ("web", AppState.Failed, false));
        await Turn();
        Assert.Equal(RunOutcome.Failed, desk.Picture.Run!.State.Outcome);
        Start();
        Take(Nodes, Web);
        Assert.Equal(1, desk.Picture.Run!.State.Number);
        Assert.Equal(RunOutcome.Failed, desk.Picture.Run.State.Outcome);
    }

    [Fact]
    public void A_machine_that_is_ahead_gets_a_higher_generation()
    {
        Commit(Nodes, Web);
        desk.ToSend.Clear();
        desk.Hello(Node, 41);
        Assert.Equal(["node-1"], desk.ToSend);
        Assert.Equal(42L, Manifest("node-1").Generation);
        Report(Node, 42, ("web", AppState.Running, true));
        Assert.Equal(RunOutcome.Ok, desk.Picture.Run!.State.Outcome);
    }

    [Fact]
    public void A_name_whose_machine_is_not_there_yet_gets_its_manifest_when_it_comes()
    {
        machines.RemoveAt(0);
        desk.Know([.. machines]);
        Commit(Nodes, Web);
        Assert.Null(desk.Document("node-1"));
        desk.ToSend.Clear();
        desk.Hello(Node, 0);
        machines.Add(new(Node, "node-1", ["52:54:00:00:00:01"], 3));
        desk.Know([.. machines]);
        Assert.Equal(["node-1"], desk.ToSend);
        Assert.Equal(Node, Manifest("node-1").Node);
    }

    [Fact]
    public async Task A_removed_machine_is_waited_for_no_more()
    {
        Commit(Nodes, Web);
        Report(Node, 1, ("web", AppState.Running, true));
        await Turn();
        Commit(Nodes);
        machines.RemoveAt(0);
        desk.Know([.. machines]);
        await Turn();
        Assert.Equal(RunOutcome.Ok, desk.Picture.Run!.State.Outcome);
        Assert.Equal(["web on node-1"], RunRows.Orphans(database));
        Assert.DoesNotContain("node-1", desk.Picture.Issued.Nodes.Keys);
    }

    [Fact]
    public void A_sandbox_that_left_the_store_holds_the_commit_and_one_that_came_lets_it_go()
    {
        var web = store["web@1.0"];
        Commit(Nodes);
        store.Remove("web@1.0");
        Assert.Contains("has no version", Commit(Nodes, Web), StringComparison.Ordinal);
        store["web@1.0"] = web;
        desk.Recompile();
        Assert.NotNull(desk.Picture.Run);
        Assert.Null(desk.Picture.Refused);
    }

    private void Start()
    {
        desk = new RobotDesk(new ManifestMaker(key, name => store.GetValueOrDefault(name)), () => new AysSurroundings
        {
            Sandboxes = store.Keys.GroupBy(name => name.Split('@')[0]).Aggregate(
                Table<Values<string>>.Empty, (table, versions) => table.With(versions.Key, versions.Select(name => name.Split('@')[1]).Order(StringComparer.Ordinal).ToValues())),
        });
        desk.Load(database);
        desk.Know([.. machines]);
    }

    private string Commit(string nodes, string app = "", string policy = "apply: auto\n")
    {
        commits++;
        return Take(nodes, app, policy);
    }

    private string Take(string nodes, string app = "", string policy = "apply: auto\n")
    {
        var id = commits.ToString("x40", System.Globalization.CultureInfo.InvariantCulture);
        TreeFile[] files = [new("ays.yaml", Encoding.UTF8.GetBytes(policy)), new("blueprints/nodes.yaml", Encoding.UTF8.GetBytes(nodes)), new("blueprints/web.yaml", Encoding.UTF8.GetBytes(app))];
        return desk.Take(new CommitFacts(id, "alice", DateTimeOffset.UnixEpoch, "a commit"), files, "alice");
    }

    private void Report(string node, long generation, params (string Name, AppState State, bool Ready)[] apps) => desk.Heard(node, new NodeApplied
    {
        Generation = generation,
        Apps = apps.Select(app => new AppStatus
        {
            Name = app.Name, State = app.State, Ready = app.Ready, Since = 1,
            Digest = AppDigest.Of(desk.Picture.Issued.Nodes.Values.SelectMany(issue => issue.Services.Items).Single(service => service.App.Name == app.Name).App),
        }).ToValues(),
    });

    private Model.Grid.NodeManifest Manifest(string name)
    {
        var manifest = desk.Document(name);
        Assert.NotNull(manifest);
        var grid = new GridDocument
        {
            Version = 1, Name = "test", Root = "", IssuingCertificate = "", Controllers = [], SealKey = "", SshCa = "", TimeFloor = DateTimeOffset.UnixEpoch, NodeManifestKey = key.SpkiBase64,
        };
        var verdict = ManifestJudge.Judge(Encoding.UTF8.GetBytes(manifest.Document), grid, manifest.Node, 0);
        Assert.True(verdict.Manifest is not null, verdict.Reason);
        return verdict.Manifest;
    }

    public void Dispose() => key.Dispose();

    private Task Turn()
    {
        desk.Collect();
        var writes = desk.Writes.ToArray();
        desk.Writes.Clear();
        desk.ToSend.Clear();
        return database.Write(tx =>
        {
            foreach (var write in writes)
                write(tx);
        });
    }
}

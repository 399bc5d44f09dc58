using G8os.Model.Grid;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Erofs;
using G8os.Store.Tree;
using Xunit;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Tests;

/// <summary>From a push to a run that ended, with a node that speaks the real wire.</summary>
public sealed class RunTests
{
    private const string App = "kind: app\nname: web\nnode: run-01\nsandbox: web@1.0\nprocess: { exec: /usr/bin/web }\nupdate: { min_healthy: 0s }\n";

    [Fact]
    public async Task A_push_is_carried_out_explained_and_survives_a_controller_that_is_killed_in_the_middle()
    {
        var data = ControllerProcess.NewData();
        try
        {
            using var node = await FirstLife(data);
            await SecondLife(data, node);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    // A first version is pushed and gets ready; a second is pushed, its manifest reaches the node, and the controller is killed.
    private static async Task<TestNode> FirstLife(string data)
    {
        await using var controller = await ControllerProcess.Start(data);
        using var admin = await OperatorClient.SignIn(controller);
        await Publish(admin, "1.0");
        await Publish(admin, "2.0");
        var node = new TestNode(controller);
        await node.Join(admin, "run-01");
        await using var session = await TestSession.Open(controller, node, 0);
        await session.Report(new NodeManifest { Node = node.Id, Name = "", Generation = 0, Commit = "" });
        using var git = new GitTool(controller, admin.Token);
        await git.Clone();
        var (code, said) = await git.Push("web: 1.0", ("blueprints/node.yaml", $"kind: node\nname: run-01\nid: \"{node.Id}\"\n"), ("blueprints/web.yaml", App));
        Assert.True(code == 0 && said.Contains("remote: accepted; run 1 starts; follow it with g8os ays run 1", StringComparison.Ordinal), said);
        var manifest = await session.NextManifest(node);
        Assert.Equal((1L, "web@1.0", await git.Do("rev-parse", "HEAD")), (manifest.Generation, manifest.Sandboxes[0].Sandbox, manifest.Commit));
        await session.Report(manifest);
        await Eventually.Holds(async () => (await Run(admin, 1)).State == "ok");
        await Told(admin, session);
        (code, said) = await git.Push("web: 2.0", ("blueprints/web.yaml", App.Replace("1.0", "2.0", StringComparison.Ordinal)));
        Assert.True(code == 0, said);
        Assert.Equal(2L, (await session.NextManifest(node)).Generation);
        await controller.Kill();
        return node;
    }

    private static async Task Told(OperatorClient admin, TestSession session)
    {
        var app = Assert.Single(await admin.Get(Routes.Apps, WireJson.Default.ValuesAppView));
        Assert.Equal(("web", "run-01", "running", true, true, "web@1.0"), (app.Service, app.Node, app.State, app.Ready, app.Current, app.Sandbox));
        Assert.Equal(1 << 20, (await admin.Get(Routes.Top, WireJson.Default.TopView)).Apps[0].Memory);
        var log = Answer(session);
        var explanation = await admin.Get("/v1/apps/web/explain", WireJson.Default.AppExplanation);
        await log;
        Assert.Equal("web is ready on run-01", explanation.Summary);
        Assert.Equal(["commit", "plan", "run", "step", "issued", "node", "app"], explanation.Chain.Select(link => link.Link));
        Assert.Equal("it listens", Assert.Single(explanation.Log).Text);
        Assert.Contains((await Run(admin, 1)).Story, line => line.What == "ended ok");
    }

    private static async Task Answer(TestSession session)
    {
        var asked = (await session.Next(message => message.LogRequest is not null)).LogRequest;
        Assert.Equal("app/web", asked.Source);
        await session.Send(new Proto.FromNode { Log = new Proto.LogChunk { Request = asked.Request, Data = Google.Protobuf.ByteString.CopyFromUtf8("it listens\n"), End = true } });
    }

    // The same run goes on: nothing is begun again, and the node gets what it does not have yet.
    private static async Task SecondLife(string data, TestNode node)
    {
        await using var controller = await ControllerProcess.Start(data);
        using var admin = await OperatorClient.SignIn(controller);
        node.Move(controller);
        Assert.Equal((2L, "running"), ((await Newest(admin)).Number, (await Newest(admin)).State));
        await using var session = await TestSession.Open(controller, node, 1);
        var manifest = await session.NextManifest(node);
        Assert.Equal((2L, "web@2.0"), (manifest.Generation, manifest.Apps[0].Sandbox));
        await session.Report(manifest);
        await Eventually.Holds(async () => (await Run(admin, 2)).State == "ok");
        Assert.Equal(2, (await admin.Get(Routes.Runs, WireJson.Default.ValuesRunView)).Count);
        var status = await admin.Get(Routes.Ays, WireJson.Default.AysView);
        Assert.Equal(("", "", 1), (status.Waiting, status.Plan, status.ServicesByState["ready"]));
    }

    private static async Task<RunView> Newest(OperatorClient admin) => (await admin.Get(Routes.Runs, WireJson.Default.ValuesRunView))[0];

    private static Task<RunView> Run(OperatorClient admin, long number) => admin.Get($"/v1/runs/{number}", WireJson.Default.RunView);

    private static async Task Publish(OperatorClient admin, string version)
    {
        var content = System.Text.Encoding.UTF8.GetBytes(version);
        var root = new TreeInode(FileKind.Directory) { Mode = 0x1ed };
        root.Children.Add(new("file"u8), new TreeInode(FileKind.Regular) { Mode = 0x1a4, Size = content.Length, Object = ObjectHash.Of(content) });
        var image = ErofsWriter.Write(root);
        var manifest = new SandboxManifest
        {
            Name = "web", Version = version, Image = ObjectHash.Of(image), ImageSize = image.Length, Entries = 2, Files = 1, Objects = 1, Bytes = content.Length,
        };
        foreach (var bytes in new[] { image, content })
            using (var answer = await admin.Http.PutAsync($"/v1/objects/{ObjectHash.Of(bytes)}", new ByteArrayContent(bytes)))
                answer.EnsureSuccessStatusCode();
        await admin.Post(Routes.Sandboxes, manifest, WireJson.Default.SandboxManifest, WireJson.Default.SandboxView);
    }
}

using System.Net;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Controller.Tests;

/// <summary>What a commit does to the whole controller: names of nodes, refusals with places, a repository that is followed.</summary>
public sealed class RepositoryTests(SharedController shared) : IClassFixture<SharedController>
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    [Fact]
    public async Task A_blueprint_that_is_wrong_is_refused_with_its_place_in_gits_own_output()
    {
        using var git = await Cloned();
        var before = await git.Do("ls-remote", "origin");
        var (code, said) = await git.Push("shop: wrong", ("blueprints/shop.yaml", "kind: app\nname: shop\nnode: nowhere\nsandbox: shop@1\nprocess: { exec: /usr/bin/shop }\n"));
        Assert.NotEqual(0, code);
        Assert.Contains("remote: blueprints/shop.yaml:3:7: ", said, StringComparison.Ordinal);
        Assert.Contains("remote: refused: nothing was changed", said, StringComparison.Ordinal);
        Assert.Equal(before, await git.Do("ls-remote", "origin"));
        var status = await Status();
        Assert.Contains(status.Refused!.Errors, error => error.StartsWith("blueprints/shop.yaml:3:7: ", StringComparison.Ordinal));
        Assert.Equal(await git.Do("rev-parse", "origin/main"), status.Commit!.Id);
    }

    [Fact]
    public async Task Accepting_a_node_with_a_name_writes_the_commit_and_removing_it_takes_it_out()
    {
        using var node = new TestNode(controller);
        await node.Enroll();
        var view = await admin.Accept(node.Id, "gent-01", new() { ["site"] = "gent" });
        Assert.Equal(("gent-01", true), (view.Name, view.Assigned));
        using var git = await Cloned();
        var file = Path.Combine(git.Checkout, "blueprints", "nodes", "gent-01.yaml");
        Assert.Equal($"kind: node\nname: gent-01\nid: \"{node.Id}\"\nmacs: [\"{node.Macs[0]}\"]\nlabels: {{ \"site\": \"gent\" }}\n", await File.ReadAllTextAsync(file));
        Assert.StartsWith("admin-", await git.Do("log", "-1", "--format=%an"), StringComparison.Ordinal);
        using var other = new TestNode(controller);
        await other.Enroll();
        Assert.Equal(HttpStatusCode.Conflict, (await admin.Refused("POST", $"/v1/nodes/{other.Id}/accept", """{"name":"gent-01"}""")).Status);
        Assert.Equal("pending", (await admin.Node(other.Id)).State);
        Assert.False((await admin.Remove("gent-01")).Assigned);
        await git.Do("pull", "-q", "origin", "main");
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_node_is_unassigned_until_a_commit_names_it_by_its_mac()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "by-token", new() { ["rack"] = "1" });
        await using var session = await TestSession.Open(controller, node);
        Assert.Equal(("by-token", false, "online", "managed"), await Seen(node));
        Assert.Contains("by-token", (await Status()).Unassigned);
        using var git = await Cloned();
        var (code, said) = await git.Push("nodes: name it", ("blueprints/mac.yaml", $"kind: node\nname: named-01\nmacs: [\"{node.Macs[0]}\"]\nlabels: {{ role: web }}\n"));
        Assert.True(code == 0, said);
        await Eventually.Holds(async () => await Seen(node) == ("named-01", true, "online", "managed"));
        Assert.Equal("web", (await admin.Node("named-01")).Labels["role"]);
        Assert.DoesNotContain("by-token", (await Status()).Unassigned);
        var removed = await admin.Remove("named-01");
        Assert.Equal("blueprints/mac.yaml:2 still names named-01: remove it there", removed.Waiting);
    }

    [Fact]
    public async Task A_checkout_is_planned_and_nothing_is_changed()
    {
        var before = (await Status()).Commit;
        var wrong = await admin.Post(Routes.AysPlan, new PlanRequest { Files = [new("blueprints/a.yaml", "kind: app\n")] }, WireJson.Default.PlanRequest, WireJson.Default.PlanView);
        Assert.StartsWith("blueprints/a.yaml:1:1: ", wrong.Errors[0], StringComparison.Ordinal);
        var right = await admin.Post(
            Routes.AysPlan, new PlanRequest { Files = [new("blueprints/a.yaml", "kind: node\nname: a\nmacs: [\"52:54:00:ff:ff:01\"]\n")] }, WireJson.Default.PlanRequest, WireJson.Default.PlanView);
        Assert.Equal((0, 0), (right.Errors.Count, right.Changes.Count));
        Assert.Equal(before, (await Status()).Commit);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.Refused("POST", Routes.AysPull)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", "/v1/runs/77")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", "/v1/apps/none/explain")).Status);
    }

    [Fact]
    public async Task A_followed_repository_is_fetched_and_an_invalid_commit_is_told_and_not_applied()
    {
        using var git = new GitTool(controller, admin.Token);
        Directory.CreateDirectory(git.Checkout);
        await git.Do("init", "-q", "-b", "grid");
        await CommitFile(git, "blueprints/n.yaml", "kind: node\nname: far-01\nmacs: [\"52:54:00:ff:00:01\"]\n");
        var first = await git.Do("rev-parse", "HEAD");
        await using var follower = await ControllerProcess.Start(null, "--ays-repo", $"file://{git.Checkout}#grid");
        using var operators = await OperatorClient.SignIn(follower);
        async Task<AysView> Follower() => await operators.Get(Routes.Ays, WireJson.Default.AysView);
        await Eventually.Holds(async () => (await Follower()).Commit?.Id == first);
        await CommitFile(git, "blueprints/n.yaml", "kind: nodde\n");
        var pulled = await operators.Post(Routes.AysPull, new ApplyRequest(null), WireJson.Default.ApplyRequest, WireJson.Default.AysView);
        Assert.Equal((first, await git.Do("rev-parse", "HEAD")), (pulled.Commit!.Id, pulled.Refused!.Commit));
        Assert.StartsWith("blueprints/n.yaml:1:7: ", pulled.Refused.Errors[0], StringComparison.Ordinal);
        await CommitFile(git, "blueprints/n.yaml", "kind: node\nname: far-02\nmacs: [\"52:54:00:ff:00:01\"]\n");
        pulled = await operators.Post(Routes.AysPull, new ApplyRequest(null), WireJson.Default.ApplyRequest, WireJson.Default.AysView);
        Assert.Equal((await git.Do("rev-parse", "HEAD"), null), (pulled.Commit!.Id, pulled.Refused));
        using var pusher = new GitTool(follower, operators.Token);
        var (code, said) = await pusher.Clone();
        Assert.True(code == 0, said);
        (code, said) = await pusher.Push("grid: here", ("x.txt", "x"));
        Assert.True(code != 0 && said.Contains("remote: cannot take a push: this repository follows file://", StringComparison.Ordinal), said);
    }

    private static async Task CommitFile(GitTool git, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(git.Checkout, path))!);
        await File.WriteAllTextAsync(Path.Combine(git.Checkout, path), text);
        await git.Do("add", "-A");
        await git.Do("commit", "-q", "-m", "grid: change");
    }

    private Task<AysView> Status() => admin.Get(Routes.Ays, WireJson.Default.AysView);

    private async Task<(string, bool, string, string)> Seen(TestNode node)
    {
        var view = await admin.Node(node.Id);
        return (view.Name, view.Assigned, view.State, view.Phase);
    }

    private async Task<GitTool> Cloned()
    {
        var git = new GitTool(controller, admin.Token);
        var (code, said) = await git.Clone();
        Assert.True(code == 0, said);
        return git;
    }
}

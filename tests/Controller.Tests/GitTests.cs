using Xunit;

namespace G8os.Controller.Tests;

/// <summary>The AYS repository with a stock git.</summary>
public sealed class GitTests(SharedController shared) : IClassFixture<SharedController>
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    [Fact]
    public async Task A_new_repository_has_a_first_commit_that_can_be_cloned()
    {
        using var git = await Cloned();
        Assert.True(File.Exists(Path.Combine(git.Checkout, "ays.yaml")));
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(git.Checkout, "README.md"))).Length);
        Assert.Equal("main", await git.Do("branch", "--show-current"));
    }

    [Fact]
    public async Task A_push_moves_main_and_is_in_the_audit_log()
    {
        using var git = await Cloned();
        var (code, said) = await git.Push("docs: a note", ("docs/note.txt", "a note\n"));
        Assert.True(code == 0, said);
        Assert.Contains("remote: accepted", said, StringComparison.Ordinal);
        var commit = await git.Do("rev-parse", "HEAD");
        Assert.Contains(await admin.Audit(), line => line.What == "ays.pushed" && line.Detail == commit && line.Who.StartsWith("admin-", StringComparison.Ordinal));
        using var second = await Cloned();
        Assert.Equal(commit, await second.Do("rev-parse", "HEAD"));
    }

    [Fact]
    public async Task Only_main_moves_and_only_forward()
    {
        using var git = await Cloned();
        var before = await git.Do("ls-remote", "origin");
        var (code, said) = await git.Try("push", "origin", "HEAD:refs/heads/other");
        Assert.NotEqual(0, code);
        Assert.Contains("remote: cannot take refs/heads/other: only the branch main is kept here", said, StringComparison.Ordinal);
        (code, said) = await git.Try("push", "origin", "HEAD:refs/tags/v1");
        Assert.True(code != 0 && said.Contains("only the branch main", StringComparison.Ordinal), said);
        (code, said) = await git.Try("push", "origin", ":main");
        Assert.True(code != 0 && said.Contains("remote: cannot delete main: it says what the grid is", StringComparison.Ordinal), said);
        await git.Do("checkout", "-q", "--orphan", "fresh");
        await git.Do("commit", "-q", "--allow-empty", "-m", "fresh: start");
        (code, said) = await git.Try("push", "--force", "origin", "HEAD:main");
        Assert.True(code != 0 && said.Contains("remote: cannot force main: it stands at", StringComparison.Ordinal), said);
        Assert.Equal(before, await git.Do("ls-remote", "origin"));
    }

    [Fact]
    public async Task What_does_not_belong_into_the_tree_is_refused()
    {
        using var git = await Cloned();
        var before = await git.Do("ls-remote", "origin");
        File.CreateSymbolicLink(Path.Combine(git.Checkout, "link.yaml"), "/etc/passwd");
        var (code, said) = await git.Push("grid: a link");
        Assert.True(code != 0 && said.Contains("remote: link.yaml: it is a symbolic link", StringComparison.Ordinal), said);
        File.Delete(Path.Combine(git.Checkout, "link.yaml"));
        (code, said) = await git.Push("grid: much", ("much.bin", new string('x', 2_000_000)));
        Assert.True(code != 0 && said.Contains("remote: much.bin: it has 2000000 bytes", StringComparison.Ordinal), said);
        File.Delete(Path.Combine(git.Checkout, "much.bin"));
        await git.Do("add", "-A");
        await git.Do("update-index", "--add", "--cacheinfo", $"160000,{await git.Do("rev-parse", "HEAD")},sub");
        await git.Do("commit", "-q", "-m", "grid: a module");
        (code, said) = await git.Try("push", "origin", "HEAD:main");
        Assert.True(code != 0 && said.Contains("remote: sub: it is a submodule", StringComparison.Ordinal), said);
        Assert.Equal(before, await git.Do("ls-remote", "origin"));
        Assert.Contains(await admin.Audit(), line => line.What == "ays.refused");
    }

    [Fact]
    public async Task A_wrong_token_and_the_plain_port_get_nothing()
    {
        using var git = new GitTool(controller, admin.Token[..^1] + (admin.Token[^1] == '0' ? '1' : '0'));
        var (code, said) = await git.Clone();
        Assert.True(code != 0 && said.Contains("Authentication failed", StringComparison.Ordinal), said);
        using var http = new HttpClient();
        using var plain = await http.GetAsync($"http://127.0.0.1:{controller.Plain}/git/ays.git/info/refs?service=git-upload-pack");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, plain.StatusCode);
        // The files of the repository are nobody's.
        foreach (var path in new[] { "/git/ays.git/config", "/git/ays.git/HEAD", "/git/../controller.db", "/git/ays.git/info/refs" })
        {
            using var answer = await admin.Http.GetAsync(path);
            Assert.False(answer.IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public async Task The_hook_says_nothing_to_who_comes_another_way()
    {
        using var git = await Cloned();
        await git.Do("commit", "-q", "--allow-empty", "-m", "grid: by the back door");
        var (code, said) = await git.Try("push", Path.Combine(controller.Data, "git", "ays.git"), "HEAD:main");
        Assert.True(code != 0 && said.Contains("it did not come through the controller", StringComparison.Ordinal), said);
    }

    private async Task<GitTool> Cloned()
    {
        var git = new GitTool(controller, admin.Token);
        var (code, said) = await git.Clone();
        Assert.True(code == 0, said);
        return git;
    }
}

using G8os.Cli;
using G8os.Linux.Mounts;
using G8os.Store.Tests.Erofs;

namespace G8os.Store.Tests.Build;

/// <summary>The operator's local verbs, typed.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly Scratch scratch = new();

    private static async Task<(int Code, string Out, string Error)> TypeAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (await CliProgram.RunAsync(["sandbox", .. args], output, error), output.ToString(), error.ToString());
    }

    [Fact]
    public async Task ADirectoryIsBuiltShownVerifiedComparedAndMounted()
    {
        new RandomTree(9).Make(scratch["site"], 60);
        var before = Snapshot.Of(scratch["site"]);
        Assert.Equal(0, (await TypeAsync("build", scratch["site"], "--as", "1", "-o", scratch["out"])).Code);
        File.WriteAllText(scratch["site/new"], "new");
        Assert.Equal(0, (await TypeAsync("build", scratch["site"], "--as", "2", "-o", scratch["out"])).Code);
        Assert.StartsWith("site@1 is whole: ", (await TypeAsync("verify", scratch["out/site@1"])).Out, StringComparison.Ordinal);
        Assert.Contains("sandbox        site@1\n", (await TypeAsync("show", scratch["out/site@1"])).Out, StringComparison.Ordinal);
        Assert.Equal(before.Count, (await TypeAsync("show", scratch["out/site@1"], "--files")).Out.Count(c => c == '\n'));
        Assert.Equal((2, "+ /new\n"), await TypeAsync("diff", scratch["out/site@1"], scratch["out/site@2"]) is var diff ? (diff.Code, diff.Out) : default);
        Assert.Equal((0, ""), await TypeAsync("diff", scratch["out/site@1"], scratch["out/site@1"]) is var same ? (same.Code, same.Out) : default);
        try
        {
            Assert.Equal((0, $"site@1 is at {scratch["m"]}\n", ""), await TypeAsync("mount", scratch["out/site@1"], scratch.Make("m")));
            Assert.Equal(before, Snapshot.Of(scratch["m"]));
            Assert.Equal(4, (await TypeAsync("mount", scratch["out/site@1"], scratch["m"])).Code);
        }
        finally
        {
            Assert.Equal((0, "", ""), await TypeAsync("umount", scratch["m"]));
        }
        Assert.Equal(3, (await TypeAsync("umount", scratch["m"])).Code);
        Assert.False(MountTable.IsMounted(scratch["m"]));
    }

    [Fact]
    public async Task WhatCannotBeDoneIsSaidWithItsRemedy()
    {
        Assert.Equal((3, "", $"g8os: cannot build {scratch["nothing"]}: there is no such file or directory\n"), await TypeAsync("build", scratch["nothing"], "--as", "1"));
        Assert.Equal((64, "", $"g8os: cannot build {scratch.Make("site")}: nothing says its version; say it with --as\n"), await TypeAsync("build", scratch["site"]));
        Assert.Equal((64, "", $"g8os: cannot build {scratch.Make("My Site")}: \"My Site\" is no name of a sandbox: expected 1 to 63 lower-case letters, digits and dashes, like \"os-tools\"; say it with --name\n"), await TypeAsync("build", scratch["My Site"]));
        Assert.Equal((3, "", $"g8os: cannot open {scratch["site"]}: it holds no sandbox.json, so it is no built sandbox; g8os sandbox build makes one\n"), await TypeAsync("show", scratch["site"]));
        File.WriteAllText(scratch["site/recipe.toml"], "name = \"site\"\npakages = []\n");
        Assert.Equal((1, "", $"{scratch["site"]}/recipe.toml:2:1: unknown key \"pakages\"; did you mean \"packages\"?\ng8os: cannot build {scratch["site"]}/recipe.toml: it has 1 error, see above\n"), await TypeAsync("build", scratch["site"]));
    }

    [Fact]
    public async Task AnImageOnTmpfsIsRefusedWithTheReason()
    {
        var shm = Directory.CreateDirectory($"/dev/shm/g8os-store-test.{Environment.ProcessId}").FullName;
        try
        {
            Assert.Equal(0, (await TypeAsync("build", scratch.Make("site"), "--as", "1", "-o", shm)).Code);
            var (code, _, error) = await TypeAsync("mount", $"{shm}/site@1", scratch.Make("m"));
            Assert.Equal(1, code);
            Assert.Contains("never from overlayfs or tmpfs", error, StringComparison.Ordinal);
            Assert.False(MountTable.IsMounted(scratch["m"]));
        }
        finally
        {
            Directory.Delete(shm, recursive: true);
        }
    }

    public void Dispose() => scratch.Dispose();
}

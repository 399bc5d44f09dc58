using System.Diagnostics;
using G8os.Model.Sandboxes;
using G8os.Store.Build;
using G8os.Store.Tests.Erofs;
using G8os.Store.Tree;

namespace G8os.Store.Tests.Build;

public sealed class RecipeTreeTests : IDisposable
{
    private static readonly SandboxRef Site = new("site", "1.0");
    private readonly Scratch scratch = new();

    /// <summary>As a package of Debian 12 has them: a loader in /lib, with an absolute link to it, a program in /bin.</summary>
    private static TreeInode Packages() => MemoryTree.Directory(
        ("bin", MemoryTree.Directory(("less", MemoryTree.File("less")))),
        ("lib", MemoryTree.Directory(("x86_64-linux-gnu", MemoryTree.Directory(("ld.so", MemoryTree.File("loader")))))),
        ("lib64", MemoryTree.Directory(("ld-linux-x86-64.so.2", new TreeInode(FileKind.Link) { Target = new("/lib/x86_64-linux-gnu/ld.so") }))),
        ("usr", MemoryTree.Directory(
            ("bin", MemoryTree.Directory(("mc", MemoryTree.File("mc")))),
            ("lib", MemoryTree.Directory(("x86_64-linux-gnu", MemoryTree.Directory(("libc.so", MemoryTree.File("libc")))))),
            ("share", MemoryTree.Directory(("doc", MemoryTree.Directory(("less", MemoryTree.Directory(("copyright", MemoryTree.File("c")))))))))));

    private static TreeInode Apply(string recipe, long? time = null) =>
        RecipeTree.Apply(RecipeReader.Parse("name = \"site\"\n" + recipe, "r").Recipe!, Site, Packages(), from => MemoryTree.File(from), time);

    [Fact]
    public void UsrIsMergedAndLinksLeadIntoTheTree()
    {
        var tree = Apply("");
        Assert.Equal("usr/bin", tree.Find("bin")!.Target.ToString());
        Assert.Equal(["less", "mc"], tree.Find("usr/bin")!.Children.Keys.Select(name => name.ToString()));
        Assert.Equal(["ld.so", "libc.so"], tree.Find("/lib/x86_64-linux-gnu")!.Children.Keys.Select(name => name.ToString()));
        Assert.Equal("../../lib/x86_64-linux-gnu/ld.so", tree.Find("/lib64/ld-linux-x86-64.so.2")!.Target.ToString());
    }

    [Fact]
    public void RemovedFilesLinksAndDirectoriesAreAsTheRecipeSays()
    {
        var tree = Apply("""
            remove = ["/usr/share/doc/**"]
            directories = ["/data"]
            [files]
            "/bin/run" = "run"
            "/etc/version" = { text = "{name} {version}\n", mode = 0o600 }
            [links]
            "/usr/bin/more" = "less"
            """);
        Assert.Empty(tree.Find("usr/share/doc")!.Children);
        Assert.True(tree.Find("data")!.IsDirectory);
        // Through the link /bin, as the kernel would.
        Assert.NotNull(tree.Find("usr/bin/run"));
        Assert.Equal("less", tree.Find("usr/bin/more")!.Target.ToString());
        using var text = new StreamReader(tree.Find("etc/version")!.Content!());
        Assert.Equal("site 1.0\n", text.ReadToEnd());
        Assert.Equal(0x180, tree.Find("etc/version")!.Mode);
    }

    [Fact]
    public void NoTimeOfTheBuildIsInIt()
    {
        Assert.All(Apply("directories = [\"/a\"]\n[files]\n\"/x\" = \"x\"").Walk().Where(entry => entry.Inode.Kind != FileKind.Link), entry => Assert.Equal(1_700_000_000, entry.Inode.Seconds));
        Assert.Equal(7, Apply("", time: 7).Seconds);
    }

    [Fact]
    public void AToolOfNoProgramIsRefused() =>
        Assert.Equal("cannot make the tool vi: /usr/bin/vi is not in the sandbox", Assert.Throws<StoreException>(() => Apply("[tools]\nvi = \"/usr/bin/vi\"")).Message);

    /// <summary>A loader that tells its arguments shows what a starter does, also through a link and under a path with blanks.</summary>
    [Fact]
    public void AStarterFindsLoaderLibrariesAndProgramFromWhereItLies()
    {
        var tree = Apply("""
            [tools]
            mc = { exec = "/usr/bin/mc", args = ["-x", "it's", "{root}/etc"], env = { MC_HOME = "{root}/a b" } }
            """);
        var script = new StreamReader(tree.Find("bin/mc")!.Content!()).ReadToEnd();
        Assert.Equal(["mc"], tree.Find("bin")!.Children.Keys.Select(name => name.ToString()));
        Put("a sandbox/bin/mc", script);
        Put("a sandbox/lib64/ld-linux-x86-64.so.2", "#!/bin/sh\necho \"$MC_HOME\"\nprintf '%s\\n' \"$@\"\n");
        File.CreateSymbolicLink(scratch["typed"], scratch["a sandbox/bin/mc"]);
        var root = scratch["a sandbox"];
        Assert.Equal($"{root}/a b\n--library-path\n{root}/usr/lib/x86_64-linux-gnu\n--argv0\n{root}/usr/bin/mc\n{root}/usr/bin/mc\n-x\nit's\n{root}/etc\none two\n", Run(scratch["typed"], "one two"));
    }

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scratch[path])!);
        File.WriteAllText(scratch[path], text);
        File.SetUnixFileMode(scratch[path], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    private static string Run(string program, string argument)
    {
        using var run = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true })!;
        var output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        return output;
    }

    [Fact]
    public void WhatCannotBeMergedIsSaid()
    {
        var packages = Packages();
        packages.Find("usr/bin")!.Children.Add(new("less"u8), MemoryTree.File("another"));
        Assert.Contains("bin/less and usr/bin/less are both there", Assert.Throws<StoreException>(() => DebianTree.MergeUsr(packages, 0)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();
}

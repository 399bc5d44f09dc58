using System.Text;
using G8os.Cli.Sandboxes;
using G8os.Model.Sandboxes;
using G8os.Store.Build;
using G8os.Store.Tests.Erofs;
using G8os.Store.Tree;

namespace G8os.Store.Tests.Build;

public sealed class LocalSandboxTests : IDisposable
{
    private static readonly SandboxRef Site = new("site", "1.0");
    private readonly Scratch scratch = new();

    private LocalSandbox Build(string name = "built", int seed = 5)
    {
        if (!Directory.Exists(scratch["source"]))
            new RandomTree(seed).Make(scratch["source"], 120);
        SandboxBuilder.Write(SourceTree.Read(scratch["source"]), Site, ["bin"], scratch[name]);
        return LocalSandbox.Open(scratch[name]);
    }

    [Fact]
    public void WhatIsBuiltIsWholeAndCounted()
    {
        var sandbox = Build();
        Assert.Empty(sandbox.Verify());
        Assert.Equal(Site, sandbox.Manifest.Ref);
        Assert.Equal(sandbox.Objects.List().Count(), sandbox.Manifest.Objects);
        Assert.Equal(sandbox.Objects.List().Sum(hash => sandbox.Objects.Length(hash)), sandbox.Manifest.Bytes);
        Assert.Equal(sandbox.ReadTree().Walk().Count(), sandbox.Manifest.Entries);
        Assert.Equal([SandboxManifest.ImageName, SandboxManifest.ObjectsName, SandboxManifest.FileName], Directory.EnumerateFileSystemEntries(sandbox.Path).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal));
        Assert.Equal(["built", "source"], Directory.EnumerateDirectories(scratch.Path).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheSameTreeBuiltAgainHasTheSameBytes()
    {
        var one = Build();
        var two = Build("again");
        Assert.Equal(one.Manifest, two.Manifest);
        Assert.Equal(one.ReadImage(), two.ReadImage());
        // In place of what was there.
        Assert.Equal(one.Manifest, Build().Manifest);
        Assert.Empty(one.Verify());
    }

    [Fact]
    public void EveryDamageIsFound()
    {
        var sandbox = Build();
        var objects = sandbox.Objects.List().ToArray();
        File.Delete(sandbox.Objects.FileOf(objects[0]));
        var bytes = File.ReadAllBytes(sandbox.Objects.FileOf(objects[1]));
        bytes[^1] ^= 1;
        File.WriteAllBytes(sandbox.Objects.FileOf(objects[1]), bytes);
        File.AppendAllText(sandbox.Objects.FileOf(objects[2]), "x");
        Assert.Equal([$"object {objects[0]} is missing", $"object {objects[1]} is damaged: its bytes are not what its name says", $"object {objects[2]} is damaged: its bytes are not what its name says"], sandbox.Verify());
        var image = sandbox.ReadImage();
        image[2000] ^= 1;
        File.WriteAllBytes(sandbox.ImageFile, image);
        Assert.Contains("the image is not the one that the manifest names", Assert.Single(sandbox.Verify()), StringComparison.Ordinal);
        File.Delete(sandbox.ImageFile);
        Assert.Contains("it is not there", Assert.Single(sandbox.Verify()), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(sandbox.Path, SandboxManifest.FileName), "{}");
        Assert.Throws<StoreException>(() => LocalSandbox.Open(sandbox.Path));
        Assert.Throws<StoreException>(() => LocalSandbox.Open(scratch.Path));
    }

    [Fact]
    public void AFileThatChangesWhileItIsReadIsNoSandbox()
    {
        var file = new TreeInode(FileKind.Regular) { Size = 5, Content = () => new MemoryStream("longer than five"u8.ToArray()) };
        Assert.Contains("it changed while it was read", Assert.Throws<StoreException>(() => SandboxBuilder.Write(MemoryTree.Directory(("f", file)), Site, [], scratch["x"])).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void ADiffNamesEachChange()
    {
        var first = MemoryTree.Directory(("a", MemoryTree.File("1")), ("b", MemoryTree.File("2")), ("d", MemoryTree.Directory(("x", MemoryTree.File("3")))), ("l", Link("a")), ("same", MemoryTree.File("s")));
        var second = MemoryTree.Directory(("a", MemoryTree.File("1!")), ("b", MemoryTree.File("2")), ("d", MemoryTree.File("3")), ("l", Link("b")), ("n", MemoryTree.Directory(("y", MemoryTree.File("")))), ("same", MemoryTree.File("s")));
        second.Children[new("b"u8)].Mode = 0x1ed;
        second.Children[new("b"u8)].Xattrs = [new(new("user.x"u8), default)];
        Assert.Equal(["~ /a content", "~ /b mode, attributes", "- /d ", "- /d/x ", "+ /d ", "~ /l target", "+ /n ", "+ /n/y "], TreeDiff.Of(first, second).Select(change => $"{change.Sign} {change.Path} {change.What}"));
        Assert.Empty(TreeDiff.Of(first, first));
    }

    private static TreeInode Link(string target) => new(FileKind.Link) { Target = new(Encoding.UTF8.GetBytes(target)) };

    public void Dispose() => scratch.Dispose();
}

using System.Diagnostics;
using G8os.Cli.Sandboxes;
using G8os.Linux.Mounts;
using G8os.Linux.Namespaces;
using G8os.Store.Build;
using G8os.Store.Erofs;
using G8os.Store.Objects;

namespace G8os.Store.Tests.Erofs;

/// <summary>Our images as the kernel reads them: mounted below overlayfs, every tree is what it was made from.</summary>
public sealed class MountedTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 40)]
    [InlineData(4, 400)]
    [InlineData(5, 400)]
    [InlineData(6, 3000)]
    public void AMountedTreeIsTheTreeItWasMadeFrom(int seed, int entries)
    {
        new RandomTree(seed).Make(scratch["source"], entries);
        var image = Write();
        Assert.Equal("", Fsck(scratch["image"]));
        var before = Snapshot.Of(scratch["source"]);
        List<string> seen = [];
        using var mounts = MountNamespace.Create();
        mounts.Run(() =>
        {
            Mount();
            seen = Snapshot.Of(scratch["tree"]);
        });
        Assert.Equal(before, seen);
        Assert.Equal(image, Write());
    }

    /// <summary>Blocks of directories, tails and inodes fall on every offset of a block.</summary>
    [Fact]
    public void DirectoriesOfEverySizeAreWhole()
    {
        Directory.CreateDirectory(scratch["source"]);
        for (var count = 0; count < 70; count++)
        {
            var directory = scratch.Make($"source/d{count}");
            for (var i = 0; i < count * 4; i++)
                File.WriteAllText(Path.Combine(directory, $"{new string('n', i * 31 % 200)}{i}"), "");
            File.CreateSymbolicLink(Path.Combine(directory, "link"), new string('t', 1 + (count * 58)));
        }
        Write();
        Assert.Equal("", Fsck(scratch["image"]));
        List<string> seen = [];
        using var mounts = MountNamespace.Create();
        mounts.Run(() =>
        {
            Mount();
            seen = Snapshot.Of(scratch["tree"]);
        });
        Assert.Equal(Snapshot.Of(scratch["source"]), seen);
    }

    private byte[] Write()
    {
        var tree = SourceTree.Read(scratch["source"]);
        TreeObjects.Make(tree, new ObjectStore(scratch.Make("objects")));
        var image = ErofsWriter.Write(tree);
        File.WriteAllBytes(scratch["image"], image);
        return image;
    }

    private void Mount()
    {
        MountPoint.Mount(scratch["image"], scratch.Make("names"), "erofs", MountFlags.ReadOnly);
        MountPoint.Mount("overlay", scratch.Make("tree"), "overlay", MountFlags.ReadOnly, $"metacopy=on,redirect_dir=on,lowerdir={scratch["names"]}::{scratch["objects"]}");
    }

    /// <summary>What fsck.erofs complains of.</summary>
    private static string Fsck(string image)
    {
        using var fsck = Process.Start(new ProcessStartInfo("fsck.erofs", ["-d3", image]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = fsck.StandardError.ReadToEndAsync();
        var output = fsck.StandardOutput.ReadToEnd();
        fsck.WaitForExit();
        var said = output + errors.Result;
        return fsck.ExitCode == 0 && said == "<I> erofs: No errors found\n" ? "" : $"{fsck.ExitCode}: {said}";
    }

    public void Dispose() => scratch.Dispose();
}

using System.Security.Cryptography;
using System.Text;
using G8os.Linux.Mounts;
using G8os.Linux.Processes;
using G8os.Model.Sandboxes;
using G8os.Store.Erofs;
using G8os.Store.Tree;

namespace G8os.Fs.Tests;

/// <summary>A whole sandbox as the core mounts it: names from an EROFS image, bytes from the cache, and from g8os-fs what is not there.</summary>
public sealed class TreeTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly ObjectServer controller;
    private readonly FsNode node;
    private readonly TreeInode root = new(FileKind.Directory) { Mode = 0x1ed };

    public TreeTests()
    {
        controller = new(authority.Controller("c1"));
        node = new(authority);
        node.Tell(controller.Url);
        node.Start();
    }

    public void Dispose()
    {
        node.InsideAsync(() =>
        {
            foreach (var place in (string[])["tree", "meta"])
                if (MountTable.IsMounted(node[place]))
                    MountPoint.Unmount(node[place], detach: true);
            return true;
        }).GetAwaiter().GetResult();
        node.Dispose();
        controller.Dispose();
        authority.Dispose();
    }

    private ObjectHash Add(string name, byte[] content, int mode = 0x1a4)
    {
        var hash = controller.Add(content);
        root.Children.Add(new(name), new TreeInode(FileKind.Regular) { Mode = mode, Size = content.Length, Object = hash });
        return hash;
    }

    private async Task MountAsync()
    {
        await File.WriteAllBytesAsync(node["image"], ErofsWriter.Write(root));
        await Wait.Until(() => File.Exists(node["state/beat"]), "the server");
        await node.InsideAsync(() =>
        {
            MountPoint.Mount(node["image"], Directory.CreateDirectory(node["meta"]).FullName, "erofs", MountFlags.ReadOnly);
            MountPoint.Mount("g8os:test", Directory.CreateDirectory(node["tree"]).FullName, "overlay", MountFlags.ReadOnly | MountFlags.NoSuid | MountFlags.NoDevices,
                $"metacopy=on,redirect_dir=on,lowerdir={node["meta"]}::{node["objects"]}::{node["mount"]}");
            return true;
        });
    }

    private Task<string> ReadAsync(string name) => node.InsideAsync(() => File.ReadAllText(node["tree/" + name]));

    [Fact]
    public async Task Names_are_there_at_once_and_bytes_when_they_are_touched()
    {
        Add("hello", "#!/bin/sh\necho hello from a sandbox\n"u8.ToArray(), mode: 0x1ed);
        var large = RandomNumberGenerator.GetBytes(3 << 20);
        Add("large", large);
        await MountAsync();
        Assert.Equal("hello large", await node.InsideAsync(() => string.Join(" ", Directory.GetFiles(node["tree"]).Select(Path.GetFileName).Order(StringComparer.Ordinal))));
        Assert.Equal(large.Length, await node.InsideAsync(() => new FileInfo(node["tree/large"]).Length));
        Assert.Empty(controller.Asked);
        Assert.Equal("hello from a sandbox\n", await node.InsideAsync(() => ChildProcess.Run(node["tree/hello"]).Output));
        Assert.Single(controller.Asked);
        Assert.Equal(large, await node.InsideAsync(() => File.ReadAllBytes(node["tree/large"])));
    }

    [Fact]
    public async Task Without_a_server_cached_files_go_on_and_readers_of_missing_ones_wait_and_succeed()
    {
        var cached = Add("cached", Encoding.UTF8.GetBytes("in the cache"));
        Add("missing", Encoding.UTF8.GetBytes("came in the end"));
        await MountAsync();
        Assert.Equal($"{cached} ok", await node.AskAsync(cached.ToString()));
        await node.Kill();
        Assert.Equal("in the cache", await ReadAsync("cached"));
        var reader = ReadAsync("missing");
        await Assert.ThrowsAsync<TimeoutException>(() => reader.WaitAsync(TimeSpan.FromSeconds(1)));
        node.Start();
        Assert.Equal("came in the end", await reader);
    }

    [Fact]
    public async Task A_corrupt_object_is_an_error_of_that_file_alone_and_the_next_read_heals_it()
    {
        var bad = Add("bad", Encoding.UTF8.GetBytes("corrupt at first"));
        Add("good", Encoding.UTF8.GetBytes("good"));
        controller.Manners[bad] = Manner.Corrupt;
        await MountAsync();
        Assert.Contains("Input/output error", (await Assert.ThrowsAsync<IOException>(() => ReadAsync("bad"))).Message);
        Assert.Equal("good", await ReadAsync("good"));
        controller.Manners[bad] = Manner.Well;
        Assert.Equal("corrupt at first", await ReadAsync("bad"));
    }

    [Fact]
    public async Task A_mount_given_up_lets_readers_go_and_what_is_cached_stays()
    {
        var cached = Add("cached", Encoding.UTF8.GetBytes("in the cache"));
        Add("missing", Encoding.UTF8.GetBytes("never asked"));
        await MountAsync();
        Assert.Equal($"{cached} ok", await node.AskAsync(cached.ToString()));
        await node.Kill();
        var reader = ReadAsync("missing");
        await Assert.ThrowsAsync<TimeoutException>(() => reader.WaitAsync(TimeSpan.FromSeconds(1)));
        await node.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => reader);
        Assert.Equal("in the cache", await ReadAsync("cached"));
    }
}

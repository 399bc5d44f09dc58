using System.Globalization;
using System.Security.Cryptography;
using G8os.Model.Sandboxes;
using Xunit.Abstractions;

namespace G8os.Fs.Tests;

/// <summary>g8os-fs as the kernel and its readers meet it, with a controller that behaves.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly ObjectServer controller;
    private readonly FsNode node;
    private readonly ITestOutputHelper output;

    public ServeTests(ITestOutputHelper output)
    {
        this.output = output;
        controller = new(authority.Controller("c1"));
        node = new(authority);
        node.Tell(controller.Url);
        node.Start();
    }

    public void Dispose()
    {
        node.Dispose();
        controller.Dispose();
        authority.Dispose();
    }

    [Fact]
    public async Task A_missing_object_is_fetched_once_verified_and_kept()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_001);
        var hash = controller.Add(content);
        var gate = new TaskCompletionSource();
        controller.Gate = gate.Task;
        var readers = Enumerable.Range(0, 20).Select(_ => node.ReadAsync(hash)).ToArray();
        await Wait.Until(() => !controller.Asked.IsEmpty, "the question");
        gate.SetResult();
        foreach (var read in await Task.WhenAll(readers))
            Assert.Equal(content, read);
        Assert.Equal([hash], controller.Asked);
        Assert.Equal([hash.Path], await node.CachedAsync());
    }

    [Fact]
    public async Task What_is_in_the_cache_needs_no_controller()
    {
        var hash = controller.Add("in the cache");
        Assert.Equal("in the cache", await node.ReadTextAsync(hash));
        controller.Dispose();
        await node.Kill();
        node.Start();
        Assert.Equal("in the cache", await node.ReadTextAsync(hash));
    }

    [Fact]
    public async Task Names_that_are_no_objects_are_not_there_and_nobody_is_asked()
    {
        foreach (var name in (string[])["abc", "AB", "zz", "ab/cd", "ab/" + new string('G', 62), "ab/" + new string('A', 62), "ab/" + new string('a', 63)])
            Assert.False(await node.InsideAsync(() => Path.Exists(Path.Combine(node["mount"], name))), name);
        Assert.Empty(controller.Asked);
        var directories = await node.InsideAsync(() => Directory.GetDirectories(node["mount"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(Enumerable.Range(0, 256).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)), directories);
    }

    [Fact]
    public async Task A_killed_servers_readers_wait_for_the_next_one_and_succeed()
    {
        var content = RandomNumberGenerator.GetBytes(8 << 20);
        var known = controller.Add(content);
        // The first close asks the kernel's FLUSH, and the answer is remembered; a child of ours closes this file before it becomes the next server.
        (await node.InsideAsync(() => File.OpenHandle(Path.Combine(node["mount"], known.Path)))).Dispose();
        using var file = await node.InsideAsync(() => File.OpenHandle(Path.Combine(node["mount"], known.Path)));
        var gate = new TaskCompletionSource();
        controller.Gate = gate.Task;
        var hash = controller.Add("asked of the first, told by the second");
        var readers = Enumerable.Range(0, 8).Select(_ => node.ReadTextAsync(hash)).ToArray();
        await Wait.Until(() => controller.Asked.Contains(hash), "the question");
        await node.Kill();
        var meanwhile = node.ReadTextAsync(controller.Add("asked of nobody"));
        gate.SetResult();
        Assert.DoesNotContain(readers, reader => reader.IsCompleted);
        node.Start();
        foreach (var read in await Task.WhenAll(readers))
            Assert.Equal("asked of the first, told by the second", read);
        Assert.Equal("asked of nobody", await meanwhile);
        // The kernel still has the inode that the first server gave: to the second its number means the same object.
        var end = new byte[4096];
        Assert.Equal(end.Length, await node.InsideAsync(() => RandomAccess.Read(file, end, content.Length - end.Length)));
        Assert.Equal(content[^end.Length..], end);
    }

    [Fact]
    public async Task A_server_told_to_end_loses_no_reader()
    {
        var gate = new TaskCompletionSource();
        controller.Gate = gate.Task;
        var hash = controller.Add("told in the end");
        var reader = node.ReadTextAsync(hash);
        await Wait.Until(() => controller.Asked.Contains(hash), "the question");
        node.Server.Signal(15);
        Assert.Equal(0, (await node.Server.Exited.WaitAsync(Wait.Long)).Code);
        gate.SetResult();
        node.Start();
        Assert.Equal("told in the end", await reader);
    }

    [Fact]
    public async Task The_core_asks_for_objects_without_looking_into_the_mount()
    {
        var hash = controller.Add("for an app");
        await Wait.Until(() => File.Exists(node["state/ask.sock"]), "the socket");
        Assert.Equal($"{hash} ok", await node.AskAsync(hash.ToString()));
        Assert.Equal([hash.Path], await node.CachedAsync());
        var none = ObjectHash.Of("nowhere"u8);
        Assert.Equal($"{none} no {controller.Url}: it answered 404", await node.AskAsync(none.ToString()));
        Assert.StartsWith("no object's name", await node.AskAsync("../../etc/passwd"));
        Assert.Equal("counts 1 10 1 0", await node.AskAsync("counts"));
    }

    [Fact]
    public async Task The_beat_goes_on_and_memory_stays_small()
    {
        var files = Enumerable.Range(0, 300).Select(number => controller.Add(RandomNumberGenerator.GetBytes(1000 + (number * 100)))).ToArray();
        await Task.WhenAll(files.Chunk(75).Select(async part =>
        {
            foreach (var file in part)
                Assert.Equal(file, ObjectHash.Of(await node.ReadAsync(file)));
        }));
        var first = await File.ReadAllTextAsync(node["state/beat"]);
        await Wait.Until(() => File.ReadAllText(node["state/beat"]) != first, "the next beat");
        var resident = File.ReadLines($"/proc/{node.Server.Id}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        output.WriteLine($"{resident} of {(Environment.GetEnvironmentVariable("G8OS_FS") is null ? "the build with a JIT" : "the native build")}");
        if (Environment.GetEnvironmentVariable("G8OS_FS") is not null)
            Assert.InRange(int.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture), 1, 40 * 1024);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using G8os.Model.Sandboxes;

namespace G8os.Fs.Tests;

/// <summary>Every way in which a fetch goes wrong: an error of that object alone, in bounded time, with a reason, and nothing half-written is kept.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly ObjectServer controller;
    private readonly FsNode node;

    public FaultTests()
    {
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

    [Theory]
    [InlineData(nameof(Manner.Corrupt), "it hashes to")]
    [InlineData(nameof(Manner.Truncated), "the answer ended after")]
    [InlineData(nameof(Manner.TooLong), "it hashes to")]
    [InlineData(nameof(Manner.Hurt), "it answered 500")]
    [InlineData(nameof(Manner.Redirecting), "it answered 302")]
    [InlineData(nameof(Manner.Trickling), "KiB came within")]
    [InlineData(nameof(Manner.Silent), "no answer within")]
    public async Task A_bad_answer_is_an_error_of_that_object_alone_and_the_next_read_heals(string manner, string reason)
    {
        var good = controller.Add("good");
        var bad = controller.Add($"an object that is answered {manner}, longer than a few bytes", Enum.Parse<Manner>(manner));
        var clock = Stopwatch.StartNew();
        var reading = node.ReadTextAsync(bad);
        Assert.Equal("good", await node.ReadTextAsync(good));
        Assert.Contains("Input/output error", (await Assert.ThrowsAsync<IOException>(() => reading)).Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.Contains($"cannot fetch object {bad}: {controller.Url}: ", node.Log);
        Assert.Contains(reason, node.Log);
        Assert.Equal([good.Path], await node.CachedAsync());
        controller.Manners[bad] = Manner.Well;
        Assert.Equal($"an object that is answered {manner}, longer than a few bytes", await node.ReadTextAsync(bad));
    }

    [Fact]
    public async Task An_object_that_no_controller_has_is_not_there_until_one_has_it()
    {
        var hash = ObjectHash.Of("late"u8);
        await Assert.ThrowsAsync<FileNotFoundException>(() => node.ReadTextAsync(hash));
        Assert.Contains($"cannot fetch object {hash}: {controller.Url}: it answered 404", node.Log);
        controller.Add("late");
        Assert.Equal("late", await node.ReadTextAsync(hash));
    }

    [Fact]
    public async Task A_corrupt_object_is_healed_by_another_controller_at_once()
    {
        using var second = new ObjectServer(authority.Controller("c2"));
        var hash = controller.Add("healed by the second", Manner.Corrupt);
        second.Add("healed by the second");
        node.Tell(controller.Url, second.Url);
        Assert.Equal("healed by the second", await node.ReadTextAsync(hash));
        Assert.Contains($"fetched object {hash}, but not at once: {controller.Url}: what came", node.Log);
    }

    [Fact]
    public async Task A_dead_controller_is_an_error_in_time_that_names_all_that_were_tried()
    {
        var (first, second) = (DeadUrl(), DeadUrl());
        node.Tell(first, second);
        var hash = ObjectHash.Of("unreachable"u8);
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<IOException>(() => node.ReadTextAsync(hash));
        Assert.InRange(clock.Elapsed.TotalSeconds, 5, 30);
        Assert.Contains($"cannot fetch object {hash}: {first}: Connection refused; {second}: Connection refused", node.Log);
    }

    [Fact]
    public async Task A_controller_that_comes_back_within_the_readers_patience_is_no_error()
    {
        node.Tell(DeadUrl());
        var hash = controller.Add("waited for");
        var reading = node.ReadTextAsync(hash);
        await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TimeSpan.FromSeconds(1)));
        node.Tell(controller.Url);
        Assert.Equal("waited for", await reading);
    }

    [Fact]
    public async Task Whoever_is_no_controller_of_the_grid_is_not_believed()
    {
        using var foreign = new TestAuthority();
        using var stranger = new ObjectServer(foreign.Controller("c1"));
        using var other = new ObjectServer(authority.Controller("c9"));
        using var impostor = new ObjectServer(authority.Node("c1"));
        var hash = stranger.Add("from a stranger");
        other.Add("from a stranger");
        impostor.Add("from a stranger");
        node.Tell(stranger.Url, other.Url, impostor.Url);
        await Assert.ThrowsAsync<IOException>(() => node.ReadTextAsync(hash));
        Assert.Empty(stranger.Asked);
        Assert.Empty(other.Asked);
        Assert.Empty(impostor.Asked);
        Assert.Contains($"{stranger.Url}: it is no controller of this grid", node.Log);
        Assert.Contains($"{other.Url}: it is controller c9, which is not of this grid", node.Log);
        Assert.Contains($"{impostor.Url}: it is no controller of this grid", node.Log);
    }

    [Fact]
    public async Task Certificates_are_judged_by_the_nodes_clock()
    {
        var hash = controller.Add("in two days the certificate is over");
        node.Tell(new FsSettings { Endpoints = [controller.Url], Certificate = "", Key = "", Authority = authority.Anchor, Controllers = ["c1"], ClockOffset = 2 * 86400 });
        await Assert.ThrowsAsync<IOException>(() => node.ReadTextAsync(hash));
        Assert.Contains("its certificate expired at", node.Log);
        node.Tell(controller.Url);
        Assert.Equal("in two days the certificate is over", await node.ReadTextAsync(hash));
    }

    [Fact]
    public async Task Without_settings_a_reader_gets_its_error_in_time()
    {
        File.Delete(node["fs.json"]);
        var hash = ObjectHash.Of("no settings"u8);
        await Assert.ThrowsAsync<IOException>(() => node.ReadTextAsync(hash));
        Assert.Contains($"cannot fetch object {hash}: no controller is known yet", node.Log);
    }

    [Fact]
    public async Task A_full_cache_disk_is_an_error_of_that_object_alone()
    {
        using var small = new FsNode(authority, cacheBytes: 1 << 20);
        small.Tell(controller.Url);
        small.Start();
        var large = controller.Add(RandomNumberGenerator.GetBytes(4 << 20));
        var fits = controller.Add("a small one");
        await Assert.ThrowsAsync<IOException>(() => small.ReadAsync(large));
        Assert.Contains($"cannot fetch object {large}: {controller.Url}: the disk of", small.Log);
        Assert.Equal("a small one", await small.ReadTextAsync(fits));
        Assert.Equal([fits.Path], await small.CachedAsync());
    }

    [Fact]
    public async Task An_object_that_left_the_cache_is_fetched_again()
    {
        var content = RandomNumberGenerator.GetBytes(5_000_000);
        var hash = controller.Add(content);
        using var file = await node.InsideAsync(() => File.OpenHandle(Path.Combine(node["mount"], hash.Path)));
        var begin = new byte[4096];
        await node.InsideAsync(() => RandomAccess.Read(file, begin, 0));
        File.Delete(Path.Combine(node["objects"], hash.Path));
        Assert.Equal(content, await node.InsideAsync(() =>
        {
            var all = new byte[content.Length];
            for (int at = 0, got; at < all.Length && (got = RandomAccess.Read(file, all.AsSpan(at), at)) > 0; at += got)
                continue;
            return all;
        }));
    }

    private static string DeadUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}

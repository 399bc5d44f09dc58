using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace G8os.Lab.Tests;

/// <summary>One node whose state disk the tests fill.</summary>
public sealed class FullDisk() : Site("test-full")
{
    protected override IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["lab.toml"] = """
            [segment.site]
            subnet = "10.77.11.0/24"
            [controller.ac1]
            on = { site = "10.77.11.1/24" }
            [node.full]
            on = ["site"]
            join = true
            """,
    };
}

/// <summary>What a node says and does when its disk is full or a program is gone: one sentence with the remedy, and it goes on as far as it can.</summary>
public sealed class BadNodeTests(FullDisk site) : IClassFixture<FullDisk>
{
    private const string Node = "full";
    private const string CorePid = "pgrep -f -x '.*g8os-core run'";

    /// <summary>A small disk in place of the node's, with its files, then not one byte and not one file more.</summary>
    private const string Fill = """
        mount -t tmpfs -o size=1m,nr_inodes=200 small /mnt && cp -a /var/lib/g8os/. /mnt/ && mount --move /mnt /var/lib/g8os || exit 1
        cat /dev/zero > /var/lib/g8os/filling 2>/dev/null; i=0; while true 2>/dev/null > /var/lib/g8os/f$i; do i=$((i+1)); done; df /var/lib/g8os
        """;

    private Task<string> LogAsync() => LogAsync("cat /run/g8os/log/core.log");
    private async Task<string> LogAsync(string command) => (await site.InAsync(Node, command)).Out;

    [Fact]
    public async Task A_full_disk_refuses_jobs_with_the_remedy_and_nothing_else_stops()
    {
        await site.ManagedAsync(Node);
        (await site.InAsync(Node, Fill)).Ok();
        var refused = await site.G8Async("exec", "--on", Node, "--", "true");
        Assert.Equal(4, refused.Code);
        Assert.Contains("the disk is full; free space there", refused.Err);
        Assert.Contains("/var/lib/g8os/", refused.Err);
        Assert.Equal("managed", await site.PhaseAsync(Node));

        // A new core finds the disk full at its start, and its journal cannot be opened.
        (await site.InAsync(Node, $"kill -9 $({CorePid})")).Ok();
        await Shell.UntilAsync("the new core says it", TimeSpan.FromSeconds(30), async () =>
            (await LogAsync()).Split("g8os-core 0.").Last().Contains("the disk is full; free space there; the node goes on without it", StringComparison.Ordinal));
        await site.ManagedAsync(Node);
        (await site.G8Async("ssh", Node, "--", "true")).Ok();
        var explained = JsonDocument.Parse((await site.G8Async("explain", $"node/{Node}", "--json")).Ok()).RootElement.GetProperty("transitions").EnumerateArray();
        Assert.Contains(explained, one => one.GetProperty("what").GetString() == "disk fault" && one.GetProperty("evidence").GetString()!.Contains("free space there", StringComparison.Ordinal));

        (await site.InAsync(Node, "rm /var/lib/g8os/f*")).Ok();
        Assert.Equal("again", (await site.G8Async("exec", "--on", Node, "--", "echo", "again")).Ok().Trim());
        (await site.InAsync(Node, "umount /var/lib/g8os")).Ok();
    }

    [Fact]
    public async Task A_new_node_with_a_full_disk_says_so_and_goes_on_when_there_is_room()
    {
        await site.ManagedAsync(Node);
        // As a machine with an empty disk that takes nothing.
        (await site.InAsync(Node, "mount -t tmpfs -o size=4k,nr_inodes=8 small /var/lib/g8os && cat /dev/zero > /var/lib/g8os/filling 2>/dev/null; mkdir /var/lib/g8os/identity")).Ok();
        (await site.InAsync(Node, $"kill -9 $({CorePid})")).Ok();
        await Shell.UntilAsync("the core says it", TimeSpan.FromSeconds(30), async () =>
            (await LogAsync("tail -n 3 /run/g8os/log/core.log")).Contains("cannot write /var/lib/g8os/identity/boot.key: the disk is full; free space there", StringComparison.Ordinal));
        (await site.InAsync(Node, "umount /var/lib/g8os")).Ok();
        await site.ManagedAsync(Node);
    }

    [Fact]
    public async Task A_missing_program_is_named_with_its_package()
    {
        await site.ManagedAsync(Node);
        (await site.InAsync(Node, "mv /usr/bin/gocryptfs /usr/bin/gocryptfs.away && kill -9 $(pgrep -x gocryptfs)")).Ok();
        const string sentence = "cannot start /usr/bin/gocryptfs: it is missing; the Debian package gocryptfs brings it: put it into the node's image";
        await Shell.UntilAsync("the node says it", TimeSpan.FromSeconds(30), async () => (await LogAsync()).Contains(sentence, StringComparison.Ordinal));
        await Shell.UntilAsync("the operator sees it", TimeSpan.FromSeconds(30), async () =>
            (await site.G8Async("explain", $"node/{Node}")).Out.ReplaceLineEndings(" ").Contains("it is missing", StringComparison.Ordinal));
        (await site.InAsync(Node, "mv /usr/bin/gocryptfs.away /usr/bin/gocryptfs")).Ok();
        await site.ManagedAsync(Node, 90);
    }

    [Fact]
    public async Task A_relay_port_that_another_program_took_is_replaced()
    {
        await site.ManagedAsync(Node);
        var before = await StatusAsync();
        using (var supervisor = System.Diagnostics.Process.GetProcessById(before.GetProperty("supervisor").GetInt32()))
        {
            supervisor.Kill();
            await supervisor.WaitForExitAsync();
        }
        var api = new Uri(before.GetProperty("controllers")[0].GetProperty("url").GetString()!).Port;
        var ssh = before.GetProperty("nodes")[0].GetProperty("sshPort").GetInt32();
        using var first = Taken(api);
        using var second = Taken(ssh);
        (await site.UpAsync()).Ok();
        var after = await StatusAsync();
        Assert.NotEqual(api, new Uri(after.GetProperty("controllers")[0].GetProperty("url").GetString()!).Port);
        Assert.NotEqual(ssh, after.GetProperty("nodes")[0].GetProperty("sshPort").GetInt32());
        // The context that lab up saved leads to the new ports.
        await site.ManagedAsync(Node);
        (await site.G8Async("ssh", Node, "--", "true")).Ok();
    }

    private async Task<JsonElement> StatusAsync() => JsonDocument.Parse((await site.G8Async("lab", "status", "--name", site.Name, "--json")).Ok()).RootElement;

    private static TcpListener Taken(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}

namespace G8os.Lab.Tests;

/// <summary>Kill anything at any moment: it comes back by itself, and what did not die is not disturbed.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class LivesOnTests(ThreeNodes site)
{
    private const string CorePid = "pgrep -f -x '.*g8os-core run'";
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(12); // the promise is 3 s; the machine is shared

    [Fact]
    public async Task The_core_is_killed_at_twenty_moments_and_ssh_job_and_mounts_live_on()
    {
        const string node = "node-1";
        await site.ManagedAsync(node);
        using var job = site.Start("exec", "--on", node, "--", "/bin/sh", "-c", "i=0; while [ $i -lt 1000 ]; do echo tick $i; i=$((i+1)); sleep 0.1; [ -e /run/stop-job ] && exit 33; done");
        using var ssh = site.Start("ssh", node, "--", "while [ ! -e /run/stop-job ]; do sleep 0.1; done; echo session lived");
        await Shell.UntilAsync("job and ssh session run", TimeSpan.FromSeconds(30), async () => (await site.InAsync(node, "pgrep -f 'echo tick' >/dev/null && pgrep -f 'session live[d]' >/dev/null")).Code == 0);
        var before = (await site.InAsync(node, "pgrep -x sshd | head -1; pgrep -x gocryptfs; stat -c %i /mnt/etc/g8os/node.key")).Ok();
        var random = new Random(4711);
        for (var kill = 0; kill < 20; kill++)
        {
            var moment = random.Next(0, 900);
            var killed = await site.InAsync(node, $"sleep 0.{moment:D3}; until pid=$({CorePid}); do sleep 0.02; done; kill -9 $pid && echo $pid");
            Assert.Equal(0, killed.Code);
            if (kill % 4 != 3)
                continue; // killed again wherever it was on its way back
            await Shell.UntilAsync($"{node} is where it was after kill {kill + 1}", Back, async () =>
                await site.PhaseAsync(node) == "managed" && (await site.InAsync(node, CorePid)).Out.Trim() is { Length: > 0 } now && now != killed.Out.Trim());
        }
        Assert.Equal(before, (await site.InAsync(node, "pgrep -x sshd | head -1; pgrep -x gocryptfs; stat -c %i /mnt/etc/g8os/node.key")).Ok());
        (await site.InAsync(node, "touch /run/stop-job")).Ok();
        await Task.WhenAll(job.WaitForExitAsync(), ssh.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(40));
        Assert.Equal("session lived", (await ssh.StandardOutput.ReadToEndAsync()).Trim());
        Assert.Equal(33, job.ExitCode);
        var ticks = (await job.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, ticks.Length).Select(number => $"tick {number}"), ticks); // nothing lost, nothing doubled
        (await site.InAsync(node, "rm /run/stop-job")).Ok();
    }

    [Theory]
    [InlineData("network", "rm -f /run/g8os/parked.json")]
    [InlineData("unlock", "umount -l /mnt/etc")]
    [InlineData("secure", "rm -f /mnt/etc/g8os/node.crt")]
    [InlineData("ssh", "pkill -9 -x sshd")]
    public async Task The_core_is_killed_while_a_phase_has_to_be_done_again(string phase, string disturb)
    {
        const string node = "node-2";
        await site.ManagedAsync(node);
        (await site.InAsync(node, $"{disturb}; kill -9 $({CorePid} | head -1)")).Ok();
        await Shell.UntilAsync($"{node} is managed again after {phase}", TimeSpan.FromSeconds(40), async () => await site.PhaseAsync(node) == "managed" && (await site.G8Async("exec", "--on", node, "--", "ls", "/mnt/etc/g8os/node.crt")).Code == 0);
        (await site.G8Async("ssh", node, "--", "true")).Ok();
    }

    [Theory]
    [InlineData("node-1", "gocryptfs", "test -e /mnt/etc/g8os/node.key")]
    [InlineData("node-2", "sshd", "pgrep -x sshd")]
    [InlineData("node-2", "udhcpc", "pgrep -f 'busybox udhcpc.*eth1'")]
    public async Task A_killed_part_is_back_by_itself(string node, string part, string alive)
    {
        await site.ManagedAsync(node);
        var pid = (await site.InAsync(node, $"pgrep -f '{part}' | head -1")).Ok().Trim();
        (await site.InAsync(node, $"kill -9 {pid}")).Ok();
        await Shell.UntilAsync($"{part} is back", TimeSpan.FromSeconds(15), async () =>
            (await site.InAsync(node, $"{alive} && pgrep -f '{part}' | head -1")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() is { } now && now != pid);
        await site.ManagedAsync(node);
    }

    [Fact]
    public async Task The_controller_restarts_and_nothing_is_lost()
    {
        var before = (await site.G8Async("node", "ls", "--json")).Ok();
        (await site.G8Async("lab", "controller", "stop", "--name", site.Name, "ac1")).Ok();
        Assert.Equal(5, (await site.G8Async("node", "ls")).Code);
        Assert.Equal("fuse.gocryptfs", (await site.InAsync("node-1", "stat -f -c %T /mnt/etc >/dev/null; findmnt -no FSTYPE /mnt/etc")).Ok().Trim());
        (await site.G8Async("lab", "controller", "start", "--name", site.Name, "ac1")).Ok();
        foreach (var node in (string[])["node-1", "node-2", "node-3"])
            await site.ManagedAsync(node, 90);
        Assert.Equal(Ids(before), Ids((await site.G8Async("node", "ls", "--json")).Ok()));

        static string[] Ids(string json) =>
            [.. System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateArray().Select(node => node.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_node_restarts_and_has_its_identity_address_and_files()
    {
        const string node = "node-3";
        await site.ManagedAsync(node);
        var before = await site.NodeAsync(node);
        var key = (await site.InAsync(node, "sha256sum /mnt/etc/g8os/node.key")).Ok();
        (await site.G8Async("lab", "node", "kill", "--name", site.Name, node)).Ok();
        (await site.G8Async("lab", "node", "start", "--name", site.Name, node)).Ok();
        await Shell.UntilAsync("the node is back with its files", TimeSpan.FromSeconds(120), async () => (await site.InAsync(node, "sha256sum /mnt/etc/g8os/node.key")).Out == key);
        await site.ManagedAsync(node, 120);
        var after = await site.NodeAsync(node);
        Assert.Equal(before.GetProperty("id").GetString(), after.GetProperty("id").GetString());
        Assert.Equal(before.GetProperty("address").GetString(), after.GetProperty("address").GetString()); // the remembered X
    }

    [Fact]
    public async Task A_cable_is_pulled_and_put_back()
    {
        const string node = "node-1";
        await site.ManagedAsync(node);
        (await site.G8Async("lab", "link", "down", "--name", site.Name, node, "eth0")).Ok();
        await Shell.UntilAsync("the core sees it", TimeSpan.FromSeconds(40), async () => (await site.InAsync(node, "tail -30 /run/g8os/log/core.log")).Out.Contains("phase network", StringComparison.Ordinal));
        Assert.Equal(0, (await site.InAsync(node, "pgrep -x sshd && test -e /mnt/etc/g8os/node.key")).Code);
        (await site.G8Async("lab", "link", "up", "--name", site.Name, node, "eth0")).Ok();
        await site.ManagedAsync(node, 90);
    }
}

using G8os.Model;
using G8os.Model.Apps;
using Xunit;

namespace G8os.Apps.Tests;

/// <summary>What an app finds around itself, and cannot leave.</summary>
public sealed class BoxTests : IDisposable
{
    private static readonly RestartSpec Once = new() { Limit = 1 };
    private readonly AppNode node = new();

    public void Dispose() => node.Dispose();

    /// <summary>Runs a script as an app until it ends; its output.</summary>
    private async Task<string> Said(string script, Func<AppSpec, AppSpec>? changed = null)
    {
        var spec = AppNode.Shell("say", script) with { Restart = Once };
        await node.Want(changed is null ? spec : changed(spec));
        await Wait.Until(() => node.StateOf("say") == AppState.Failed, "the script to end", () => node.Log + node.Output("say"));
        return node.Output("say");
    }

    [Fact]
    public async Task It_has_its_user_its_data_and_a_root_it_cannot_write()
    {
        var said = await Said("id; pwd; echo $HOME $G8OS_APP $X; touch /data/mine && echo data; touch /run/mine && echo run; touch /tmp/mine && echo tmp; touch /mine || echo no; hostname; echo $$",
            spec => spec with { Process = spec.Process with { User = "shop", Directory = "/etc", Env = Table<string>.Empty.With("X", "1") } });
        Assert.Equal("uid=1234(shop) gid=1235(shop) groups=77(wheel)\n/etc\n/data say 1\ndata\nrun\ntmp\ntouch: /mine: Read-only file system\nno\nsay\n1\n", said);
        Assert.Contains("1234 1235 700", node.Run("stat", "-c", "%u %g %a", "/var/lib/g8os/apps/say/data"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_nobody_without_capabilities_or_new_privileges()
    {
        var said = await Said("grep -E '^(Uid|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status; unshare -U true; mount -t tmpfs x /tmp; umount /tmp || echo no");
        Assert.Contains("Uid:\t65534", said, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", said, StringComparison.Ordinal);
        Assert.Contains("CapBnd:\t0000000000000000", said, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", said, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", said, StringComparison.Ordinal);
        Assert.Contains("unshare", said, StringComparison.Ordinal);
        Assert.Contains("Operation not permitted", said, StringComparison.Ordinal);
        Assert.EndsWith("no\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_in_it_may_hardly_more_and_a_low_port_is_granted_when_it_is_claimed()
    {
        var said = await Said("grep CapEff /proc/self/status; unshare -m true || echo no", spec => spec with { Process = spec.Process with { User = "root" } });
        Assert.Contains("CapEff:\t00000000000004fb", said, StringComparison.Ordinal); // chown, dac_override, fowner, fsetid, kill, setgid, setuid, net_bind_service
        Assert.EndsWith("no\n", said, StringComparison.Ordinal);
        await node.Want(AppNode.Shell("low", "exec httpd -f -p 80 -h /etc") with { Ports = [80], Health = [new HealthCheck { Kind = "tcp", Port = 80 }] });
        await node.Ready("low");
    }

    [Fact]
    public async Task It_sees_its_own_processes_mounts_and_devices_only_and_the_nodes_network()
    {
        var said = await Said("ls /proc | grep -c '^[0-9]'; ls /dev | tr '\\n' ' '; echo; wc -l < /proc/net/dev; cat /etc/hosts; cat /proc/1/environ | tr '\\0' '\\n' | grep -c LISTEN; ls /run /mnt");
        Assert.StartsWith("3\nfd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero \n3\n", said, StringComparison.Ordinal);
        Assert.Contains("localhost", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_hold()
    {
        var resources = new ResourceSpec { Memory = 32 << 20, Cpu = 200, Processes = 20 };
        await node.Want(AppNode.Shell("held", "exec sleep 1000") with { Resources = resources },
            AppNode.Shell("eats", "a=x; while :; do a=$a$a; done") with { Resources = resources, Restart = Once });
        await node.Ready("held");
        await Wait.Until(() => node.StateOf("eats") == AppState.Failed, "the kernel to end it", () => node.Log);
        Assert.Contains("signal 9: out of memory", node.Reason("eats"), StringComparison.Ordinal);
        Assert.Equal($"{32 << 20}", node.Limit("held", "memory.limit_in_bytes") + node.Limit("held", "memory.max"));
        Assert.Equal("20", node.Limit("held", "pids.max"));
        Assert.Equal("20000", (node.Limit("held", "cpu.cfs_quota_us") + node.Limit("held", "cpu.max")).Split(' ')[0]);
    }

    [Fact]
    public async Task It_is_asked_to_end_and_killed_with_all_it_started_when_it_does_not()
    {
        await node.Want(
            AppNode.Shell("polite", "trap 'echo bye; exit 0' TERM; echo here; while :; do sleep 0.1; done") with { Stop = new StopSpec { Timeout = 60_000 } },
            AppNode.Shell("deaf", "trap '' TERM; sleep 1234 & sleep 1235 & echo here; while :; do sleep 1236; done") with { Stop = new StopSpec { Timeout = 500 } },
            AppNode.Shell("plain", "exec sleep 1237") with { Stop = new StopSpec { Timeout = 60_000 } });
        await Wait.Until(() => node.Output("polite") == "here\n" && node.Output("deaf") == "here\n" && node.IsReady("plain"), "all to run", () => node.Log);
        File.CreateSymbolicLink(node.Of("/var/lib/g8os/polite.log"), "apps/polite/log"); // its own log goes with it
        using var kept = File.OpenRead(node.Of("/var/lib/g8os/apps/polite/log"));
        await node.Want();
        await Wait.Until(() => node.Life("polite") is null && node.Life("deaf") is null && node.Life("plain") is null, "the removal", () => node.Log);
        using var read = new StreamReader(kept);
        Assert.Equal("here\nbye\n", await read.ReadToEndAsync());
        Assert.DoesNotContain("sleep 123", node.Run("ps", "-eo", "args"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_log_is_bounded()
    {
        await node.Want(AppNode.Shell("loud", "yes 0123456789abcdef0123456789abcdef | head -c 30000000; echo the end; exec sleep 1000"));
        await Wait.Until(() => Blocks("loud") is > 0 and < 9 << 20 && node.Run("tail", "-c", "8", "/var/lib/g8os/apps/loud/log") == "the end\n", "the log to be cut", () => node.Log + Blocks("loud"));
    }

    private long Blocks(string app) => long.TryParse(node.Run("du", "-k", $"/var/lib/g8os/apps/{app}/log").Split('\t')[0], out var kibibytes) ? kibibytes * 1024 : 0;
}

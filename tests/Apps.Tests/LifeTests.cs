using G8os.Model.Apps;
using Xunit;

namespace G8os.Apps.Tests;

public sealed class LifeTests : IDisposable
{
    private static readonly RestartSpec Quick = new() { First = 250, Max = 500, Limit = 0 };
    private readonly AppNode node = new();

    public void Dispose() => node.Dispose();

    private static AppSpec Web(string sandbox = AppNode.One) => AppNode.Shell("web", "echo starts; exec httpd -f -p 8080 -h /etc", sandbox) with
    {
        Health = [new HealthCheck { Kind = "http", Port = 8080, Path = "/version", Every = 1_000, Down = 2 }],
        Ports = [8080],
        Restart = Quick,
    };

    private string Page() => node.Run("busybox", "wget", "-qO-", "http://127.0.0.1:8080/version");

    [Fact]
    public async Task An_app_comes_up_from_the_manifest_on_the_disk_and_outlives_the_core()
    {
        await node.Want(Web());
        await node.Ready("web");
        Assert.Equal(AppNode.One, Page());
        var pid = node.PidOf("web");
        await node.KillCore();
        await node.KillCore();
        await node.Ready("web");
        Assert.Equal(pid, node.PidOf("web"));
        Assert.Equal(0, node.Life("web")!.Restarts);
        Assert.Equal("starts\n", node.Output("web"));
    }

    [Fact]
    public async Task A_killed_app_is_back_also_when_no_core_saw_it_die()
    {
        await node.Want(Web());
        await node.Ready("web");
        var first = node.PidOf("web");
        node.Run("kill", "-9", $"{first}");
        await Wait.Until(() => node.PidOf("web") is > 0 and var next && next != first, "another container", () => node.Log);
        await node.Ready("web");
        var second = node.PidOf("web");
        node.Run("sh", "-c", $"kill -9 {node.CorePid()} {second}");
        await Wait.Until(() => node.PidOf("web") is > 0 and var next && next != second, "a third container", () => node.Log);
        await node.Ready("web");
        Assert.Equal(2, node.Life("web")!.Restarts);
        Assert.Contains("app/web backoff: signal 9", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_too_often_is_failed_with_its_exit_code_and_comes_back_with_another_spec()
    {
        var bad = AppNode.Shell("bad", "echo tried; exit 7") with { Restart = Quick with { Limit = 3 } };
        await node.Want(bad);
        await Wait.Until(() => node.StateOf("bad") == AppState.Failed, "the failure", () => node.Log);
        Assert.Equal("exit code 7; it was started 3 times within 600 s", node.Reason("bad"));
        Assert.Equal("tried\ntried\ntried\n", node.Output("bad"));
        await node.Want(bad with { Process = bad.Process with { Args = ["sh", "-c", "exec sleep 1000"] } });
        await node.Ready("bad");
    }

    [Fact]
    public async Task What_cannot_be_executed_says_why()
    {
        await node.Want(AppNode.Shell("none", "") with { Process = new ProcessSpec { Exec = "/bin/none" }, Restart = Quick with { Limit = 2 } },
            AppNode.Shell("who", "true") with { Process = new ProcessSpec { Exec = "/bin/sh", User = "nobody-here" }, Restart = Quick with { Limit = 1 } });
        await Wait.Until(() => node.StateOf("none") == AppState.Failed && node.StateOf("who") == AppState.Failed, "the failures", () => node.Log);
        Assert.Contains("/bin/none", node.Reason("none"), StringComparison.Ordinal);
        Assert.Contains("no such user", node.Reason("who"), StringComparison.Ordinal);
        Assert.DoesNotContain(node.Children, child => child.Name.StartsWith("app-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removal_leaves_nothing_behind()
    {
        // The first app brings what the node itself needs for sandboxes, and keeps: g8os-fs and its mount.
        await node.Want(AppNode.Shell("first", "exec sleep 1000"));
        await node.Ready("first");
        await node.Want();
        await Wait.Until(() => node.Life("first") is null && !node.Traces().Any(trace => trace.Contains("box@1", StringComparison.Ordinal)), "the first removal", () => node.Log);
        var before = node.Traces();
        await node.Want(Web(), AppNode.Shell("db", "mkdir /data/deep; echo x > /data/deep/file; sleep 1001 & sleep 1002 & exec sleep 1003") with { Process = Db });
        await node.Ready("web");
        await node.Ready("db");
        await Wait.Until(() => File.Exists(node.Of("/var/lib/g8os/apps/db/data/deep/file")), "the app's data");
        Assert.Contains("port 1F90", node.Traces());
        await node.Want();
        await Wait.Until(() => node.Life("web") is null && node.Life("db") is null, "the removal", () => node.Log);
        string Difference()
        {
            var after = node.Traces();
            return string.Join('\n', after.Except(before).Select(trace => "left: " + trace).Concat(before.Except(after).Select(trace => "gone: " + trace)));
        }
        await Wait.Until(() => Difference().Length == 0, "nothing to be left", Difference);
    }

    private static ProcessSpec Db => new()
    {
        Exec = "/bin/sh",
        Args = ["-c", "mkdir /data/deep; echo x > /data/deep/file; sleep 1001 & sleep 1002 & exec sleep 1003"],
        User = "shop",
    };

    [Fact]
    public async Task A_new_version_takes_the_old_ones_place_when_it_is_complete()
    {
        await node.Want(Web());
        await node.Ready("web");
        await node.Want(Web(AppNode.Two));
        var pid = node.PidOf("web");
        await Wait.Until(() => node.Log.Split("manifest", StringSplitOptions.None).Length > 0 && node.Life("web")?.InForce?.Sandbox == AppNode.One, "the core to know both");
        await Wait.Stays(() => node.PidOf("web") == pid, TimeSpan.FromSeconds(2), "the old version");
        Assert.Equal(AppNode.One, Page());
        node.Bring(AppNode.Two);
        await Wait.Until(() => node.Life("web")?.InForce?.Sandbox == AppNode.Two && node.IsReady("web"), "the new version", () => node.Log);
        Assert.Equal(AppNode.Two, Page());
        Assert.NotEqual(pid, node.PidOf("web"));
    }

    [Fact]
    public async Task An_app_that_stops_answering_is_restarted()
    {
        await node.Want(Web() with { Process = new ProcessSpec { Exec = "/bin/sh", Args = ["-c", "busybox httpd -p 8080 -h /etc; exec sleep 1000"] } });
        await node.Ready("web");
        var first = node.PidOf("web");
        node.Run("sh", "-c", "for p in /proc/[0-9]*; do grep -qa httpd $p/cmdline && ! grep -qa sleep $p/cmdline && kill -9 ${p#/proc/}; done");
        await Wait.Until(() => node.PidOf("web") is > 0 and var next && next != first, "the restart", () => node.Log);
        await node.Ready("web");
        Assert.Contains("http 8080 /version failed 2 times", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_is_kept_at_start_and_at_removal()
    {
        var db = AppNode.Shell("db", "trap 'echo db ends; exit 0' TERM; echo db; while :; do sleep 0.1; done");
        var api = AppNode.Shell("api", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done") with { After = ["db"] };
        await node.Want(api, db);
        await node.Ready("api");
        await node.Want();
        await Wait.Until(() => node.Life("db") is null && node.Life("api") is null, "the removal", () => node.Log);
        string[] order = ["app/db running and ready", "app/api running and ready", "app/api stopping", "app/db stopping", "app/db absent"];
        var places = order.Select(words => node.Log.IndexOf(words, StringComparison.Ordinal)).ToArray();
        Assert.Equal(places.Order(), places);
        Assert.DoesNotContain(-1, places);
    }
}

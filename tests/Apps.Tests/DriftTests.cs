using G8os.Decisions.Apps;
using G8os.Model.Apps;
using Xunit;

namespace G8os.Apps.Tests;

/// <summary>What people, crashes and bad documents do to a node.</summary>
public sealed class DriftTests : IDisposable
{
    private static readonly AppSpec Sleeper = AppNode.Shell("nap", "exec sleep 1000");
    private readonly AppNode node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task An_edited_bundle_is_written_again_and_nothing_restarts()
    {
        await node.Want(Sleeper);
        await node.Ready("nap");
        var (pid, config) = (node.PidOf("nap"), node.Text("/run/g8os/apps/nap/config.json"));
        node.Write("/run/g8os/apps/nap/config.json", config.Replace("\"readonly\": true", "\"readonly\": false", StringComparison.Ordinal));
        Assert.NotEqual(config, node.Text("/run/g8os/apps/nap/config.json"));
        await Wait.Until(() => node.Text("/run/g8os/apps/nap/config.json") == config, "the bundle", () => node.Log);
        Assert.Equal(pid, node.PidOf("nap"));
        Assert.Contains("app/nap drift: /run/g8os/apps/nap/config.json was edited", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_taken_away_from_runc_comes_back()
    {
        await node.Want(Sleeper);
        await node.Ready("nap");
        var pid = node.PidOf("nap");
        Directory.Delete(node.Of("/run/g8os/runc/nap"), recursive: true);
        await Wait.Until(() => node.PidOf("nap") is > 0 and var next && next != pid && node.IsReady("nap"), "another container", () => node.Log);
        Assert.Contains("app/nap drift: /run/g8os/runc/nap is gone", node.Log, StringComparison.Ordinal);
        pid = node.PidOf("nap");
        node.Run("runc", "--root", "/run/g8os/runc", "delete", "--force", "nap");
        await Wait.Until(() => node.PidOf("nap") is > 0 and var next && next != pid && node.IsReady("nap"), "a third container", () => node.Log);
    }

    /// <summary>The core is killed again and again while it makes and changes containers: in the end there is one, of the newest spec.</summary>
    [Fact]
    public async Task Kills_of_the_core_at_any_moment_lose_and_double_nothing()
    {
        var random = new Random(7);
        for (var round = 1; round <= 12; round++)
        {
            node.WriteManifest(Sleeper with { Process = Sleeper.Process with { Args = ["sh", "-c", $"exec sleep {1000 + round}"] } });
            await node.KillCore();
            var until = Environment.TickCount64 + random.Next(700);
            await Wait.Until(() => Environment.TickCount64 >= until, "the moment");
        }
        await node.KillCore();
        await Wait.Until(() => node.IsReady("nap") && node.Life("nap")!.InForce!.Process.Args[^1] == "exec sleep 1012", "the last spec", () => node.Log);
        await Wait.Until(() => node.Run("ps", "-eo", "args").Split('\n').Count(line => line.StartsWith("sleep 10", StringComparison.Ordinal)) == 1, "one container", () => node.Run("ps", "-ef") + node.Log);
        Assert.Single(node.Children, child => child.Name.StartsWith("app-", StringComparison.Ordinal));
        Assert.Single(Directory.GetDirectories(node.Of("/run/g8os/runc")));
    }

    [Fact]
    public async Task A_manifest_that_was_edited_is_not_believed_and_disturbs_nothing()
    {
        await node.Want(Sleeper);
        await node.Ready("nap");
        var pid = node.PidOf("nap");
        node.Write("/var/lib/g8os/manifest.json", node.Text("/var/lib/g8os/manifest.json").Replace("\"payload\":\"e", "\"payload\":\"f", StringComparison.Ordinal));
        await node.KillCore();
        await Wait.Until(() => node.Log.Contains("manifest refused", StringComparison.Ordinal), "the refusal", () => node.Log);
        node.Run("kill", "-9", $"{pid}");
        await Wait.Until(() => node.PidOf("nap") is > 0 and var next && next != pid && node.IsReady("nap"), "the app to be back", () => node.Log);
    }

    [Fact]
    public async Task An_app_taken_out_while_the_node_was_off_is_removed_when_it_comes_back()
    {
        node.Write("/var/lib/g8os/apps/old/data/file", "x");
        node.Write("/var/lib/g8os/apps/old/log", "x");
        await node.Want(Sleeper);
        await node.Ready("nap");
        await Wait.Until(() => !Directory.Exists(node.Of("/var/lib/g8os/apps/old")), "the removal", () => node.Log);
        Assert.IsType<AppRunning>(node.Life("nap")!.Stage);
    }
}

using System.Text.Json;
using G8os.Decisions.Apps;
using G8os.Model;
using G8os.Model.Apps;
using Xunit;

namespace G8os.Decisions.Tests;

public sealed class AppTests
{
    private const int Worlds = 120;
    private const int Turns = 400;

    private static readonly AppSpec Shop = new() { Name = "shop", Sandbox = "shop@1", Process = new ProcessSpec { Exec = "/bin/shop" } };

    /// <summary>Whatever happened before: once all works, what is wanted runs and is ready in its newest spec, and of all else nothing is left.</summary>
    [Fact]
    public void Worlds_in_disorder_keep_the_law_and_come_to_rest_as_wanted()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var world = new AppWorld(seed);
            world.Begin();
            for (var turn = 0; turn < Turns; turn++)
                world.Turn();
            world.Calm();
            var wanted = world.Wanted.Where(spec => !Blocked(spec, world.Wanted)).OrderBy(spec => spec.Name, StringComparer.Ordinal);
            foreach (var spec in wanted)
                Assert.True(world.State.Lives.Find(spec.Name) is { } life && AppReport.Of(life).Ready && life.InForce == spec, $"world {seed}: {spec.Name} is not as wanted");
            Assert.True(world.Wanted.Count == world.State.Lives.Count && world.Directories <= world.Wanted.Count && world.Containers <= world.Wanted.Count, $"world {seed}: something is left");
        }
    }

    /// <summary>Two of this world may claim one port: one of them waits for ever, and with it whoever comes after it.</summary>
    private static bool Blocked(AppSpec spec, Values<AppSpec> all) =>
        (spec.Ports.Count > 0 && all.Count(other => other.Ports.Count > 0) > 1) || spec.After.Any(name => all.Any(other => other.Name == name && Blocked(other, all)));

    [Fact]
    public void A_life_is_the_same_after_it_was_written_and_read()
    {
        var (state, _) = AppsMachine.Start(new AppsStarted { At = 1, Wanted = [Shop with { Health = [new HealthCheck { Kind = "tcp", Port = 1 }] }], Seed = 1 });
        (state, _) = AppsMachine.Step(state, new SandboxSeen("shop@1", true, "") { At = 2 });
        (state, _) = AppsMachine.Step(state, new ContainerStarted(1) { Name = "shop", At = 3 });
        var life = state.Lives.Find("shop")!;
        Assert.IsType<AppRunning>(life.Stage);
        Assert.Equal(life, JsonSerializer.Deserialize(JsonSerializer.Serialize(life, AppJson.Default.AppLife), AppJson.Default.AppLife));
    }

    [Fact]
    public void Every_stage_can_be_written_and_read()
    {
        AppStage[] stages =
        [
            new AppAbsent(), new AppFetching(), new AppInstalled(), new AppStarting(1), new AppRunning(1, [], true, 2), new AppResting(3),
            new AppStopping(StopCause.Drift, 4), new AppStopped(), new AppUninstalling(5), new AppFailed(),
        ];
        Assert.Equal(typeof(AppStage).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(AppStage))), stages.Length);
        foreach (var stage in stages)
        {
            var life = new AppLife { Name = "a", Stage = stage };
            Assert.Equal(life, JsonSerializer.Deserialize(JsonSerializer.Serialize(life, AppJson.Default.AppLife), AppJson.Default.AppLife));
        }
    }

    [Theory]
    [InlineData(0, 2_000)]
    [InlineData(1, 6_000)]
    [InlineData(2, 18_000)]
    [InlineData(3, 54_000)]
    [InlineData(4, 162_000)]
    [InlineData(5, 300_000)]
    [InlineData(50, 300_000)]
    public void Drift_rests_three_times_as_long_each_time(int before, long wait)
    {
        var life = new AppLife { Name = "a", Stage = new AppAbsent(), Drifts = before, DriftAt = 1_000_000 };
        Assert.Equal(1_000_001 + wait, AppRestAt(life, 1_000_001));
        Assert.Equal(1_600_001 + 2_000, AppRestAt(life, 1_600_001));
    }

    private static long AppRestAt(AppLife life, long now)
    {
        var spec = Shop with { Name = "a" };
        life = life with { Stage = new AppRunning(0, [], true), InForce = spec, Order = new AppOrder { Spec = spec, SandboxReady = true } };
        (life, _) = AppMachine.Step(life, new DriftSeen(0, Drift.Bundle, "edited") { Name = "a", At = now });
        return AppMachine.NextDeadline(life)!.Value;
    }

    [Fact]
    public void A_sandbox_two_apps_share_stays_until_the_last_lets_it_go()
    {
        var (state, _) = AppsMachine.Start(new AppsStarted { At = 1, Wanted = [Shop, Shop with { Name = "other" }], Seed = 1 });
        (state, _) = AppsMachine.Step(state, new SandboxSeen("shop@1", true, "") { At = 2 });
        (state, _) = AppsMachine.Step(state, new ContainerStarted(1) { Name = "shop", At = 3 });
        (state, _) = AppsMachine.Step(state, new AppsWanted([]) { At = 4 });
        Assert.Equal(["shop@1"], AppsPlanner.Sandboxes(state));
        (state, _) = AppsMachine.Step(state, new ContainerEnded(1, "exit code 0") { Name = "shop", At = 5 });
        (state, _) = AppsMachine.Step(state, new ContainerEnded(1, "exit code 0") { Name = "other", At = 5 });
        Assert.Empty(AppsPlanner.Sandboxes(state));
    }
}

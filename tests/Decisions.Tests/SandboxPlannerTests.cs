using G8os.Decisions.Sandboxes;
using G8os.Model;
using G8os.Model.Sandboxes;
using Xunit;

namespace G8os.Decisions.Tests;

public sealed class SandboxPlannerTests
{
    private static readonly ServerStatus Up = new() { Device = "0:54", Held = true, RunningFor = 60_000, Quiet = 500 };
    private static readonly ServerStatus Absent = new();

    private static SandboxSpec Sandbox(string name, string version = "1", bool tool = true, bool pinned = false) =>
        new(new(name, version), ObjectHash.Of(System.Text.Encoding.UTF8.GetBytes($"{name}@{version}")), 4096, tool, pinned);

    private static SandboxesSpec Want(params SandboxSpec[] sandboxes) => new() { Sandboxes = sandboxes.ToValues() };

    private static MountSeen Meta(SandboxSpec sandbox) => new(SandboxPlaces.Meta(sandbox.Ref), "erofs", $"{FsPlaces.Objects}/{sandbox.Image.Path}");
    private static MountSeen Tool(SandboxSpec sandbox, string device = "0:54") => new(SandboxPlaces.Tool(sandbox.Ref.Name), "overlay", sandbox.Source(device));

    /// <summary>What the world is after the effect.</summary>
    private static SandboxStatus Do(SandboxStatus status, SandboxEffect effect) => effect switch
    {
        MountObjects => status with { Server = new() { Device = "0:77", Held = true } },
        StartServer => status with { Server = status.Server with { RunningFor = 0, Quiet = 0 } },
        KillServer => status with { Server = status.Server with { RunningFor = null } },
        AbortObjects => status with { Server = Absent },
        UnmountPlace unmount => status with { Mounts = Without(status.Mounts, unmount.Place) },
        FetchImage fetch => status with { Images = status.Images.With(fetch.Sandbox.Image) },
        MountImage mount => status with { Mounts = status.Mounts.With(Meta(mount.Sandbox)) },
        PinObjects pin => status with { Complete = status.Complete.With(pin.Sandbox.Image) },
        MountTree tree => status with { Mounts = status.Mounts.With(new(tree.Place, "overlay", tree.Sandbox.Source(tree.Device))) },
        _ => throw new InvalidOperationException($"no world for {effect}"),
    };

    /// <summary>The topmost one of the place goes.</summary>
    private static Values<MountSeen> Without(Values<MountSeen> mounts, string place)
    {
        var last = mounts.ToList().FindLastIndex(mount => mount.Place == place);
        return mounts.Where((_, index) => index != last).ToValues();
    }

    private static (SandboxStatus Status, List<string> Done) Converge(SandboxesSpec spec, SandboxStatus status)
    {
        var done = new List<string>();
        while (SandboxPlanner.Plan(spec, status) is { Count: > 0 } plan)
        {
            Assert.True(done.Count < 100, $"it does not converge: {string.Join(", ", done)}");
            done.Add($"{plan[0].GetType().Name} {plan[0].Subject}");
            status = Do(status, plan[0]);
        }
        return (status, done);
    }

    [Fact]
    public void From_nothing_a_tool_and_an_app_are_mounted_in_order()
    {
        var (tool, app) = (Sandbox("os-tools"), Sandbox("web", "2.0", tool: false, pinned: true));
        var (status, done) = Converge(Want(tool, app), new() { Server = Absent });
        Assert.Equal(
        [
            "MountObjects g8os-fs", "StartServer g8os-fs",
            "FetchImage os-tools@1", "MountImage os-tools@1", "MountTree os-tools@1",
            "FetchImage web@2.0", "MountImage web@2.0", "PinObjects web@2.0", "MountTree web@2.0",
        ], done);
        Assert.Equal(["/sandbox/os-tools", "/run/g8os/sandboxes/web@2.0/root"], status.Mounts.Where(mount => mount.Type == "overlay").Select(mount => mount.Place));
        Assert.True(SandboxReport.IsSettled(Want(tool, app), status));
    }

    [Fact]
    public void Nothing_wanted_needs_no_server_and_what_was_wanted_is_taken_away()
    {
        Assert.Empty(SandboxPlanner.Plan(Want(), new() { Server = Absent }));
        var old = Sandbox("os-tools");
        var (status, done) = Converge(Want(), new() { Server = Up, Mounts = [Meta(old), Tool(old)], Images = [old.Image] });
        Assert.Equal(["UnmountPlace /sandbox/os-tools", "UnmountPlace /run/g8os/sandboxes/os-tools@1/meta"], done);
        Assert.Empty(status.Mounts);
    }

    [Fact]
    public void Another_version_takes_the_place_of_the_old_one()
    {
        var (old, now) = (Sandbox("os-tools"), Sandbox("os-tools", "2"));
        var (status, _) = Converge(Want(now), new() { Server = Up, Mounts = [Meta(old), Tool(old)], Images = [old.Image] });
        Assert.Equal([Meta(now), Tool(now)], status.Mounts);
    }

    [Fact]
    public void The_same_version_with_another_image_is_mounted_anew()
    {
        var old = Sandbox("os-tools");
        var now = old with { Image = ObjectHash.Of("signed again"u8) };
        var (status, _) = Converge(Want(now), new() { Server = Up, Mounts = [Meta(old), Tool(old)], Images = [old.Image, now.Image] });
        Assert.Equal([Meta(now), Tool(now)], status.Mounts);
    }

    [Theory]
    [InlineData(null, 0, "StartServer")]
    [InlineData(60_000, 500, "")]
    [InlineData(60_000, 10_001, "KillServer")]
    [InlineData(3_000, 20_000, "")]     // it has just been started
    [InlineData(60_000, 30_001, "AbortObjects")]
    [InlineData(null, 30_001, "AbortObjects")]
    public void A_server_is_started_killed_when_it_hangs_and_given_up_in_time(int? runningFor, int quiet, string effect)
    {
        var sandbox = Sandbox("os-tools");
        var status = new SandboxStatus
        {
            Server = Up with { RunningFor = runningFor, Quiet = quiet },
            Mounts = [Meta(sandbox), Tool(sandbox)],
            Images = [sandbox.Image],
        };
        Assert.Equal(effect, string.Join(' ', SandboxPlanner.Plan(Want(sandbox), status).Select(one => one.GetType().Name)));
    }

    [Fact]
    public void A_mount_that_nobody_holds_is_given_up_and_trees_over_it_are_mounted_anew()
    {
        var sandbox = Sandbox("os-tools");
        var (status, done) = Converge(Want(sandbox), new() { Server = Up with { Held = false }, Mounts = [Meta(sandbox), Tool(sandbox)], Images = [sandbox.Image] });
        Assert.Equal(["AbortObjects g8os-fs", "MountObjects g8os-fs", "StartServer g8os-fs", "UnmountPlace /sandbox/os-tools", "MountTree os-tools@1"], done);
        Assert.Equal([Meta(sandbox), Tool(sandbox, "0:77")], status.Mounts);
    }

    [Fact]
    public void While_the_server_is_away_trees_stay_and_no_new_one_is_tried()
    {
        var (there, next) = (Sandbox("os-tools"), Sandbox("ovs"));
        var status = new SandboxStatus { Server = Up with { RunningFor = null, Quiet = 9_000 }, Mounts = [Meta(there), Tool(there)], Images = [there.Image, next.Image] };
        Assert.Equal(["StartServer", "MountImage"], SandboxPlanner.Plan(Want(there, next), status).Select(one => one.GetType().Name));
    }

    [Fact]
    public void What_rests_or_is_under_way_is_left_alone_and_nothing_else_waits_for_it()
    {
        var (one, other) = (Sandbox("os-tools"), Sandbox("ovs"));
        var plan = SandboxPlanner.Plan(Want(one, other), new() { Server = Up, Occupied = ["os-tools@1"], Faults = Table<string>.Empty.With("os-tools@1", "object x: no controller") });
        Assert.Equal(new FetchImage(other), Assert.Single(plan));
        Assert.Equal("sandbox os-tools@1: object x: no controller",
            SandboxReport.Waiting(Want(one, other), new() { Server = Up, Faults = Table<string>.Empty.With("os-tools@1", "object x: no controller") }));
    }

    [Fact]
    public void Failures_rest_longer_each_time_and_a_server_never_long()
    {
        var rests = new SandboxRests([], new(7));
        for (var i = 0; i < 20; i++)
            rests = rests.Failed("web@1", "no", 0).Failed(SandboxPlanner.ServerSubject, "it ended", 0);
        Assert.InRange(rests.Items.Find("web@1")!.Until, 250, 30_000);
        Assert.InRange(rests.Items.Find(SandboxPlanner.ServerSubject)!.Until, 250, 2_000);
        Assert.Equal(["g8os-fs", "web@1"], rests.At(100));
        Assert.Empty(rests.At(30_000));
        Assert.Equal("no", rests.Reasons().Find("web@1"));
        Assert.Null(rests.Succeeded("web@1").Items.Find("web@1"));
    }
}

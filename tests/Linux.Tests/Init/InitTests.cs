using System.Collections.Concurrent;
using System.Text;
using G8os.Core.Init;
using G8os.Linux.Processes;
using G8os.Linux.Tests.Cgroups;
using Xunit;

namespace G8os.Linux.Tests.Init;

public sealed class InitTests : IDisposable
{
    private readonly InitMachine machine = new();

    private InitClient Init => machine.Client;

    public void Dispose() => machine.Dispose();

    private static SpawnRequest Shell(string name, string script) => new() { Name = name, Argv = ["/bin/sh", "-c", script], Stdout = "/run/out", Stderr = "/run/out" };

    private string Output => File.Exists(machine.Path("/run/out")) ? File.ReadAllText(machine.Path("/run/out")) : "";

    private async Task<ChildEntry> Ended(string name)
    {
        await Wait.Until(() => Init.List().Any(child => child.Name == name && !child.Running), $"{name} to end");
        return Init.List().Single(child => child.Name == name);
    }

    [Fact]
    public void Init_closes_what_its_parent_leaked() => Assert.False(Directory.GetFiles($"/proc/{machine.Pid}/fd").Contains($"/proc/{machine.Pid}/fd/{InitMachine.Leaked}"));

    [Fact]
    public async Task The_core_runs_and_comes_back_after_kill()
    {
        await Wait.Until(() => machine.CorePid() > 0, "the core");
        var first = machine.CorePid();
        machine.Kill(first);
        await Wait.Until(() => machine.CorePid() is > 0 and var next && next != first, "the next core");
        Assert.Contains("the core ended with signal 9", machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_has_its_output_input_directory_environment_and_nothing_else()
    {
        Init.Spawn(Shell("a", "pwd; cat; echo $X $HOME; ls /proc/$$/fd; grep -E 'SigBlk|SigIgn' /proc/self/status; exit 7") with
        {
            Cwd = "/usr",
            Env = ["X=1", "PATH=/bin:/usr/bin"],
            Stdin = SpawnStdin.Data,
            StdinData = "typed\n"u8.ToArray(),
        });
        Assert.Equal(7 << 8, (await Ended("a")).Status);
        Assert.Equal("/usr\ntyped\n1\n0\n1\n2\nSigBlk:\t0000000000000000\n", Output[..Output.IndexOf("SigIgn", StringComparison.Ordinal)]);
        Assert.Equal(0UL, Convert.ToUInt64(Output[(Output.IndexOf("SigIgn", StringComparison.Ordinal) + 8)..].Trim(), 16) & 0x1000);
    }

    [Fact]
    public async Task A_megabyte_of_input_arrives_and_more_is_refused()
    {
        Init.Spawn(new() { Name = "count", Argv = ["wc", "-c"], Stdin = SpawnStdin.Data, StdinData = new byte[1 << 20], Stdout = "/run/out" });
        await Ended("count");
        Assert.Equal("1048576\n", Output);
        Assert.Contains("at most 1048576", Assert.Throws<InitException>(() =>
            Init.Spawn(new() { Name = "more", Argv = ["wc"], Stdin = SpawnStdin.Data, StdinData = new byte[(1 << 20) + 1] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_started_says_why()
    {
        Assert.True(Assert.Throws<InitException>(() => Init.Spawn(Shell("core", "true"))).Exists);
        Assert.Equal("cannot start x: cannot start /no/such: No such file or directory",
            Assert.Throws<InitException>(() => Init.Spawn(new() { Name = "x", Argv = ["/no/such"] })).Message);
        Assert.Equal("cannot start x: cannot open /no/such: No such file or directory",
            Assert.Throws<InitException>(() => Init.Spawn(Shell("x", "true") with { Stdout = "/no/such" })).Message);
        Assert.Equal("cannot start x: the disk key is not here", Assert.Throws<InitException>(() => Init.Spawn(Shell("x", "true") with { Stdin = SpawnStdin.Key })).Message);
        Init.Spawn(Shell("x", "exec sleep 1000"));
        Assert.True(Assert.Throws<InitException>(() => Init.Spawn(Shell("x", "true"))).Exists);
        Assert.Throws<InitException>(() => Init.Acknowledge("x"));
        Assert.True(Init.Signal("x", Signals.Kill, group: true));
        await Ended("x");
        Assert.False(Init.Signal("x", Signals.Kill, group: true));
        Assert.Contains("was not acknowledged", Assert.Throws<InitException>(() => Init.Spawn(Shell("x", "true"))).Message, StringComparison.Ordinal);
        Init.Acknowledge("x");
        Init.Acknowledge("x");
        Init.Spawn(Shell("x", "true"));
        await Ended("x");
    }

    [Fact]
    public async Task Two_hundred_children_that_exit_at_once_are_each_told_once()
    {
        var told = new ConcurrentQueue<ChildExited>();
        Init.Subscribe(told.Enqueue);
        for (var i = 0; i < 200; i++)
            Init.Spawn(new() { Name = $"n{i}", Argv = ["/bin/sh", "-c", $"exit {i}"] });
        await Wait.Until(() => told.Count >= 200, "200 exits");
        Assert.Equal(200, told.DistinctBy(child => child.Name).Count());
        Assert.Equal(200, told.Count);
        Assert.All(told, child => Assert.Equal(int.Parse(child.Name[1..]) << 8, child.Status));
        foreach (var child in told)
            Init.Acknowledge(child.Name);
        await Wait.Until(() => Init.List().All(child => child.Name == "core"), "an empty list");
    }

    [Fact]
    public async Task Orphans_are_reaped()
    {
        Init.Spawn(Shell("parent", "for i in $(seq 50); do (sleep 0.2 & exit) & done; wait; exit 0"));
        Assert.Equal(0, (await Ended("parent")).Status);
        await Wait.Until(() => machine.Children.Length <= 1, "the orphans to end and be reaped");
        Assert.All(machine.Children, pid => Assert.DoesNotContain(") Z", File.ReadAllText($"/proc/{pid}/stat")));
        Assert.DoesNotContain("internal error", machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_and_descriptors_outlive_the_core_and_a_new_image_of_init()
    {
        var key = Enumerable.Range(0, 32).Select(i => (byte)(i * 7)).ToArray();
        Assert.False(Init.HasKey());
        Init.PutKey(key);
        using (var file = DescriptorIo.MemoryFile("held", "kept"u8))
            Init.PutDescriptor("file", file.Number);
        await Wait.Until(() => machine.CorePid() > 0, "the core");
        var core = machine.CorePid();
        machine.Kill(core);
        await Wait.Until(() => machine.CorePid() is > 0 and var next && next != core, "the next core");
        core = machine.CorePid();
        Init.Reexec();
        Assert.Equal(core, machine.CorePid());
        Assert.Contains("became anew", machine.Log, StringComparison.Ordinal);
        Assert.True(Init.HasKey());
        var bytes = new byte[16];
        using (var held = Init.GetDescriptor("file")!)
            Assert.Equal("kept", Encoding.UTF8.GetString(bytes, 0, DescriptorIo.Read(held.Number, bytes)));
        Init.Spawn(new() { Name = "key", Argv = ["cat"], Stdin = SpawnStdin.Key, Stdout = "/run/out" });
        await Ended("key");
        Assert.Equal(Convert.ToHexStringLower(key) + "\n", Output);
        Init.DropKey();
        Assert.False(Init.HasKey());
        Init.DropDescriptor("file");
        Assert.Null(Init.GetDescriptor("file"));
    }

    [Fact]
    public void At_most_64_descriptors_are_held()
    {
        for (var i = 0; i < 64; i++)
            Init.PutDescriptor($"d{i}", 1);
        Assert.Contains("64 descriptors", Assert.Throws<InitException>(() => Init.PutDescriptor("more", 1)).Message, StringComparison.Ordinal);
        Init.PutDescriptor("d5", 2);
        Init.DropDescriptor("d6");
        Init.PutDescriptor("more", 1);
    }

    [Fact]
    public async Task Exits_that_nobody_acknowledged_outlive_a_new_image_and_come_first_to_a_new_subscriber()
    {
        var early = new ConcurrentQueue<ChildExited>();
        Init.Subscribe(early.Enqueue);
        Init.Spawn(Shell("before", "exit 3"));
        await Wait.Until(() => early.Count == 1, "the first exit");
        Init.Reexec();
        Assert.Equal(3 << 8, (await Ended("before")).Status);
        Init.Spawn(Shell("after", "exit 4"));
        await Wait.Until(() => early.Count == 2, "the second exit, to the subscriber of before");
        var late = new ConcurrentQueue<ChildExited>();
        machine.Connect().Subscribe(late.Enqueue);
        await Wait.Until(() => late.Count == 2, "both exits, to a new subscriber");
        Assert.Equal(["before", "after"], late.Select(child => child.Name));
        Assert.Equal(["before", "after"], early.Select(child => child.Name));
    }

    [Fact]
    public async Task No_exit_is_lost_while_init_becomes_itself_anew_again_and_again()
    {
        const int Rounds = 8, AtOnce = 60;
        var told = new ConcurrentQueue<ChildExited>();
        Init.Subscribe(told.Enqueue);
        await Wait.Until(() => machine.CorePid() > 0, "the core");
        var core = machine.Children.Single();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < AtOnce; i++)
                Init.Spawn(new() { Name = $"n{round}-{i}", Argv = ["/bin/sleep", "1000"] });
            var victims = machine.Children.Where(pid => pid != core).ToArray();
            var killed = Task.Run(() => Array.ForEach(victims, pid => Signals.Send(pid, Signals.Kill)));
            Init.Reexec();      // while they die
            await killed;
        }
        await Wait.Until(() => told.Count >= Rounds * AtOnce, "all exits");
        Assert.Equal(Rounds * AtOnce, told.DistinctBy(child => child.Name).Count());
        Assert.Equal(Rounds * AtOnce, told.Count);
        Assert.All(told, child => Assert.Equal(Signals.Kill, child.Status));
        Assert.DoesNotContain("internal error", machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_in_a_cgroup_is_there_with_everything_it_starts()
    {
        using var cgroup = new LabCgroup();
        Init.Spawn(Shell("caged", "grep SigIgn /proc/self/status; sleep 1000 & sleep 1000; true") with { Cgroup = cgroup.Name });
        await Wait.Until(() => cgroup.Tree.Processes(cgroup.Name).Count == 3, "the shell and its children in the cgroup");
        Assert.Equal(0UL, Convert.ToUInt64(Output[8..].Trim(), 16) & 0x1000);     // SIGPIPE, which .NET ignores
        Assert.True(cgroup.Tree.KillAll(cgroup.Name, Wait.Long));
        Assert.Equal(Signals.Kill, (await Ended("caged")).Status);
        Init.Spawn(new() { Name = "missing", Argv = ["no-such-program"], Cgroup = cgroup.Name, Stderr = "/run/err" });
        Assert.Equal(127 << 8, (await Ended("missing")).Status);
        Assert.Contains("cannot start no-such-program", File.ReadAllText(machine.Path("/run/err")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cores_log_is_cut_at_four_mebibytes()
    {
        await Wait.Until(() => machine.CorePid() > 0, "the core");
        var core = machine.Children.Single();
        await using (var pipe = new FileStream($"/proc/{core}/fd/1", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            for (var i = 0; i < 5 * 16; i++)
                await pipe.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 65535) + "\n"));
        var (log, old) = (new FileInfo(machine.Path("/run/g8os/log/core.log")), new FileInfo(machine.Path("/run/g8os/log/core.log.1")));
        await Wait.Until(() =>
        {
            log.Refresh();
            old.Refresh();
            return old.Exists && log.Exists && old.Length + log.Length >= 5 << 20;
        }, "the rotation");
        Assert.InRange(old.Length, 4 << 20, (4 << 20) + 65536);
    }

    [Fact]
    public async Task Termination_ends_children_first_and_then_init()
    {
        Init.Spawn(Shell("polite", "trap 'echo bye > /tmp/g8os-polite-$PPID-$$; rm /tmp/g8os-polite-$PPID-$$; exit 0' TERM; touch /run/ready; while :; do sleep 0.1; done"));
        await Wait.Until(() => File.Exists(machine.Path("/run/ready")), "the child");
        Assert.Equal(0, Signals.Send(machine.Pid, Signals.Terminate));
        Assert.Equal(new ExitStatus(0, 0), await machine.Exited.WaitAsync(TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public async Task A_child_that_does_not_listen_is_killed_after_ten_seconds()
    {
        Init.Spawn(Shell("deaf", "trap '' TERM; touch /run/ready; while :; do sleep 1000; done"));
        await Wait.Until(() => File.Exists(machine.Path("/run/ready")), "the child");
        var begun = Environment.TickCount64;
        Init.Shutdown();
        Assert.Equal(108, Assert.Throws<InitException>(() => Init.Spawn(Shell("late", "true"))).Errno);
        Assert.Equal(new ExitStatus(0, 0), await machine.Exited.WaitAsync(Wait.Long));
        Assert.True(Environment.TickCount64 - begun >= 9900);
    }
}

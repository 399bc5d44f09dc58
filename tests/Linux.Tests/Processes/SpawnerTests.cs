using System.Text;
using G8os.Linux.Processes;
using Xunit;

namespace G8os.Linux.Tests.Processes;

public sealed class SpawnerTests
{
    [Fact]
    public void A_child_has_default_signals_an_empty_mask_and_its_own_session()
    {
        var (status, output) = ChildProcess.Run("/bin/cat", "/proc/self/status", "/proc/self/stat");
        Assert.True(status.Success);
        string Field(string name) => output.Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split('\t')[1];
        Assert.Equal("0000000000000000", Field("SigBlk"));
        // 32 and 33 belong to the C library; SIGPIPE (13, bit 12) must not be ignored, though .NET ignores it itself
        Assert.Equal(0UL, Convert.ToUInt64(Field("SigIgn"), 16) & ~0x180000000UL);
        var ids = output.TrimEnd('\n').Split('\n')[^1].Split(' ');
        Assert.Equal((ids[0], ids[0]), (ids[4], ids[5]));   // pid, process group, session
    }

    [Fact]
    public void A_child_gets_only_the_descriptors_named()
    {
        using var leaked = DescriptorIo.MemoryFile("leaked", "x"u8);
        DescriptorIo.Inherit(leaked.Number, true);
        Assert.Equal("0\n1\n2\n", ChildProcess.Run("/bin/sh", "-c", "ls /proc/$$/fd; true").Output);
    }

    [Fact]
    public async Task A_copy_never_overwrites_the_source_of_a_later_one()
    {
        // The child's 1 is set before its 3, which is a copy of our 1.
        using var output = DescriptorIo.MemoryFile("output", []);
        using var child = ChildProcess.Start(new() { Arguments = ["/usr/bin/readlink", "/proc/self/fd/3"], Output = output.Number, Inherited = [(1, 3)] });
        Assert.True((await child.Exited).Success);
        DescriptorIo.Rewind(output.Number);
        var bytes = new byte[200];
        Assert.Equal(new FileInfo("/proc/self/fd/1").LinkTarget, Encoding.UTF8.GetString(bytes, 0, DescriptorIo.Read(output.Number, bytes)).TrimEnd('\n'));
    }

    [Fact]
    public async Task Environment_directory_and_input_are_as_given()
    {
        using var input = DescriptorIo.MemoryFile("input", "typed\n"u8);
        using var output = DescriptorIo.MemoryFile("output", []);
        using var child = ChildProcess.Start(new()
        {
            Arguments = ["sh", "-c", "pwd; read line; echo $line; env | grep -c ."],
            Environment = ["PATH=/usr/bin:/bin", "A=1"],
            Directory = "/usr",
            Input = input.Number,
            Output = output.Number,
        });
        Assert.True((await child.Exited).Success);
        DescriptorIo.Rewind(output.Number);
        var bytes = new byte[200];
        Assert.StartsWith("/usr\ntyped\n", Encoding.UTF8.GetString(bytes, 0, DescriptorIo.Read(output.Number, bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_started_says_so()
    {
        Assert.Equal("cannot start /no/such: No such file or directory", Assert.Throws<LinuxException>(() => Spawner.Start(new() { Arguments = ["/no/such"] })).Message);
        Assert.True(Assert.Throws<LinuxException>(() => Spawner.Start(new() { Arguments = ["no-such-program"] })).Missing);
        Assert.Contains("in /no/dir", Assert.Throws<LinuxException>(() => Spawner.Start(new() { Arguments = ["/bin/true"], Directory = "/no/dir" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_and_signals_are_told_apart()
    {
        Assert.Equal(new ExitStatus(42, 0), ChildProcess.Run("/bin/sh", "-c", "exit 42").Status);
        using var sleeper = ChildProcess.Start(new() { Arguments = ["/bin/sleep", "1000"] });
        Assert.True(sleeper.Signal(Signals.Terminate));
        var status = await sleeper.Exited.WaitAsync(Wait.Long);
        Assert.Equal(new ExitStatus(0, Signals.Terminate), status);
        Assert.Equal(143, status.ShellCode);
        Assert.Equal(status, ExitStatus.FromWait(status.Wait));
        Assert.False(sleeper.Signal(Signals.Terminate));
    }

    [Fact]
    public async Task A_group_signal_reaches_grandchildren()
    {
        using var shell = ChildProcess.Start(new() { Arguments = ["/bin/sh", "-c", "sleep 1000 & wait"] });
        await Wait.Until(() => File.ReadAllText($"/proc/{shell.Id}/task/{shell.Id}/children").Length > 0, "the grandchild");
        var grandchild = File.ReadAllText($"/proc/{shell.Id}/task/{shell.Id}/children").Trim();
        Assert.True(shell.Signal(Signals.Kill, group: true));
        await shell.Exited.WaitAsync(Wait.Long);
        await Wait.Until(() => !File.Exists($"/proc/{grandchild}/stat") || File.ReadAllText($"/proc/{grandchild}/stat").Contains(") Z"), "the grandchild's end");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_signal_never_goes_to_everybody_by_accident(int pid) => Assert.Equal(-3, Signals.Send(pid, 0, group: true));
}

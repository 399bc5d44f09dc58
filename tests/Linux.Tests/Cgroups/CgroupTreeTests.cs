using G8os.Linux.Cgroups;
using G8os.Linux.Processes;
using Xunit;

namespace G8os.Linux.Tests.Cgroups;

public sealed class CgroupTreeTests
{
    [Fact]
    public async Task A_cgroup_is_made_joined_killed_and_removed_with_everything_below()
    {
        using var cgroup = new LabCgroup();
        var (tree, name) = (cgroup.Tree, cgroup.Name);
        tree.Create(name + "/inner");
        using var shell = ChildProcess.Start(new() { Arguments = ["/bin/sh", "-c", "kill -STOP $$; sleep 1000 & sleep 1000 & wait"] });
        tree.Enter(name + "/inner", shell.Id);
        Assert.Equal([shell.Id], tree.Processes(name));
        await Wait.Until(() => File.ReadAllText($"/proc/{shell.Id}/stat").Contains(") T"), "the shell to stop itself");
        shell.Signal(Signals.Continue);
        await Wait.Until(() => tree.Processes(name).Count == 3, "its children");
        Assert.True(tree.KillAll(name, Wait.Long));
        Assert.Equal(new ExitStatus(0, Signals.Kill), await shell.Exited.WaitAsync(Wait.Long));
        Assert.Empty(tree.Processes(name));
        Assert.True(tree.Exists(name));
        tree.Remove(name);
        Assert.False(tree.Exists(name));
        tree.Remove(name);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("/abs")]
    [InlineData("a//b")]
    [InlineData("")]
    public void Names_stay_below_the_root(string name) => Assert.ThrowsAny<ArgumentException>(() => CgroupTree.Detect().Create(name));
}

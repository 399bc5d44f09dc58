using G8os.Linux.Namespaces;
using G8os.Linux.Processes;
using Xunit;

namespace G8os.Linux.Tests.Namespaces;

public sealed class NetNamespaceTests
{
    private static string Current => new FileInfo("/proc/thread-self/ns/net").LinkTarget!;

    [Fact]
    public void Work_runs_inside_and_the_caller_stays_outside()
    {
        var before = Current;
        using var space = NetNamespace.Create();
        Assert.Equal(before, Current);
        var inside = space.Run(() => Current);
        Assert.NotEqual(before, inside);
        using var again = NetNamespace.Open(space.Path);
        Assert.Equal(inside, again.Run(() => Current));
        Assert.Equal(before, Current);
    }

    [Fact]
    public async Task A_child_started_inside_lives_there()
    {
        using var space = NetNamespace.Create();
        using var child = space.Run(() => ChildProcess.Start(new() { Arguments = ["/bin/sleep", "1000"] }));
        Assert.Equal(space.Run(() => Current), new FileInfo($"/proc/{child.Id}/ns/net").LinkTarget);
        child.Signal(Signals.Kill);
        await child.Exited.WaitAsync(Wait.Long);
    }

    [Fact]
    public void Failures_come_to_the_caller()
    {
        using var space = NetNamespace.Create();
        Assert.Throws<InvalidOperationException>(() => space.Run(() => throw new InvalidOperationException()));
        Assert.StartsWith("cannot open network namespace /no/such", Assert.Throws<LinuxException>(() => NetNamespace.Open("/no/such")).Message, StringComparison.Ordinal);
    }
}

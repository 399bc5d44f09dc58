using G8os.Linux.Cgroups;

namespace G8os.Linux.Tests.Cgroups;

/// <summary>A cgroup name of its own below g8lab; killed and removed at the end, and g8lab too unless a lab uses it.</summary>
internal sealed class LabCgroup : IDisposable
{
    private static int count;

    internal CgroupTree Tree { get; } = CgroupTree.Detect();
    internal string Name { get; } = $"g8lab/test-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";

    public void Dispose()
    {
        Tree.KillAll(Name, Wait.Long);
        Tree.Remove(Name);
        foreach (var root in Tree.Roots)
            LeaveEmpty($"{root}/g8lab");
    }

    private static void LeaveEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            return;     // a lab, or another test, has a cgroup there
        }
    }
}

using G8os.Linux.Fuse;
using G8os.Linux.Mounts;
using G8os.Linux.Namespaces;
using Xunit;

namespace G8os.Linux.Tests.Fuse;

/// <summary>A connection mounted in a mount namespace of its own.</summary>
internal sealed class FuseMount : IDisposable
{
    private readonly MountNamespace space = MountNamespace.Create();

    internal FuseMount()
    {
        Target = Directory.CreateTempSubdirectory("g8os-fuse-").FullName;
        space.Run(() => FuseDevice.Mount(Device, Target, "objects"));
    }

    internal Descriptor Device { get; } = FuseDevice.Open();
    internal string Target { get; }
    internal List<Exception> Faults { get; } = [];

    internal FuseServer Serve(FuseHandler handler)
    {
        var server = new FuseServer(Device, 2, handler, fault =>
        {
            lock (Faults)
                Faults.Add(fault);
        });
        server.Start();
        return server;
    }

    /// <summary>Looks into the mount, on a thread inside its namespace.</summary>
    internal Task<T> InsideAsync<T>(Func<string, T> look) => Task.Run(() => space.Run(() => look(Target))).WaitAsync(Wait.Long);

    internal Task<string> ReadAsync(string name) => InsideAsync(target => File.ReadAllText($"{target}/{name}"));

    internal void Abort() => space.Run(() => FuseDevice.Abort(Target));

    public void Dispose()
    {
        if (space.Run(() => MountTable.IsMounted(Target)))
            Abort();
        Device.Dispose();
        space.Dispose();
        Directory.Delete(Target);
        Assert.False(MountTable.IsMounted(Target), "the mount leaked into this machine's namespace");
    }
}

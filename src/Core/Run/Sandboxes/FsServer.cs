using System.Globalization;
using G8os.Core.Init;
using G8os.Decisions.Sandboxes;
using G8os.Linux;
using G8os.Linux.Fuse;
using G8os.Linux.Mounts;
using G8os.Model.Sandboxes;

namespace G8os.Core.Run.Sandboxes;

/// <summary>g8os-fs and its mount: the process belongs to init, and so does the connection, which outlives every process but init.</summary>
internal sealed class FsServer
{
    public const string Child = "fs";
    /// <summary>The name under which init holds the connection.</summary>
    private const string Connection = "objects";
    private const int SignalKill = 9;
    private const int ReadAheadKiB = 1024;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private static readonly string program = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "g8os-fs");
    private readonly Children children;
    private readonly InitClient init;
    private readonly Action<string> ended;
    /// <summary>Since when somebody may wait for a beat, monotonic milliseconds.</summary>
    private long since = NodeClock.Monotonic;
    private bool held;
    private TaskCompletionSource gone = new();

    /// <param name="children">Starts it.</param>
    /// <param name="init">Holds its connection.</param>
    /// <param name="ended">Hears why the process ended.</param>
    public FsServer(Children children, InitClient init, Action<string> ended)
    {
        (this.children, this.init, this.ended) = (children, init, ended);
        children.Own(Child, OnEnded);
        using var connection = init.GetDescriptor(Connection);
        held = connection is not null;
    }

    public ServerStatus Status()
    {
        var now = NodeClock.Monotonic;
        var running = children.List().FirstOrDefault(child => child.Name == Child && child.Running);
        return new()
        {
            Device = MountTable.Find(FsPlaces.Mount)?.Device,
            Held = held,
            RunningFor = running is null ? null : now - running.StartedMs,
            Quiet = now - Math.Max(since, Beat()),
        };
    }

    /// <summary>A new connection: held before it is mounted, so that no crash of ours leaves a mount that nobody can serve.</summary>
    public void Mount()
    {
        if (Directory.Exists(FsPlaces.State))
            Directory.Delete(FsPlaces.State, recursive: true);  // what a server leaves is of one connection
        Directory.CreateDirectory(FsPlaces.Mount);              // nothing is mounted there: looking is safe
        try
        {
            using var device = FuseDevice.Open();
            init.PutDescriptor(Connection, device.Number);
            held = true;
            FuseDevice.Mount(device, FsPlaces.Mount, "g8os-fs");
        }
        catch (LinuxException fault) when (MountFaults.OfObjects(fault.Errno) is { } lack)
        {
            throw new LinuxException("mount the objects", fault.Errno, lack);
        }
        since = NodeClock.Monotonic;
        RaiseReadAhead();
    }

    public void Start()
    {
        if (!File.Exists(program))
            throw new LinuxException($"start {program}", 2, "it is missing: it belongs beside g8os-core");
        using var device = init.GetDescriptor(Connection) ?? throw new LinuxException("start g8os-fs", 0, "init does not hold its connection any more");
        gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = $"{NodeFiles.Logs}/fs.log";
        children.Start(new() { Name = Child, Argv = [program, "serve"], Stdin = SpawnStdin.Data, StdinDescriptor = device, Stdout = log, Stderr = log });
    }

    /// <summary>Returns when it has ended.</summary>
    public async Task KillAsync()
    {
        children.Signal(Child, SignalKill);
        await gone.Task.WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Readers get an error: the connection is aborted, whoever still holds a copy of it.</summary>
    public async Task AbortAsync()
    {
        if (children.Runs(Child))
            await KillAsync();
        init.DropDescriptor(Connection);
        held = false;
        if (MountTable.IsMounted(FsPlaces.Mount))
            FuseDevice.Abort(FsPlaces.Mount);
    }

    private void OnEnded(string name, int status)
    {
        children.Forget(name);
        gone.TrySetResult();
        ended($"g8os-fs ended with {WaitStatus.Say(status)}");
    }

    private static long Beat()
    {
        try
        {
            return long.TryParse(File.ReadAllText($"{FsPlaces.State}/{FsPlaces.Beat}"), NumberStyles.None, CultureInfo.InvariantCulture, out var beat) ? beat : 0;
        }
        catch (IOException)
        {
            return 0;   // none yet
        }
    }

    /// <summary>The kernel reads FUSE files 128 KiB ahead, whatever INIT agreed on, until it is told otherwise.</summary>
    private static void RaiseReadAhead()
    {
        try
        {
            if (MountTable.Find(FsPlaces.Mount) is { } mount)
                File.WriteAllText($"/sys/class/bdi/{mount.Device}/read_ahead_kb", ReadAheadKiB.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            CoreLog.Write($"large objects are read in small pieces: {fault.Message}");
        }
    }
}

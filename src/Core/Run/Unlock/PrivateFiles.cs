using G8os.Core.Init;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Linux.Files;
using G8os.Linux.Mounts;

namespace G8os.Core.Run.Unlock;

/// <summary>The private files: gocryptfs on /etc/g8os/private, mounted as /mnt/etc, its key handed to it by init.</summary>
internal sealed class PrivateFiles
{
    public const string Child = "gocryptfs";
    private const string Program = "/usr/bin/gocryptfs";
    /// <summary>gocryptfs(1), EXIT CODES: the password is wrong.</summary>
    private const int WrongKey = 12;
    /// <summary>New private files take less, in bytes.</summary>
    private const long RoomMin = 64 * 1024;
    private static readonly TimeSpan MakeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MountLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private readonly Children children;
    private readonly InitClient init;
    private readonly Action<Func<long, Event>> post;
    private readonly NodeClock clock;
    private TaskCompletionSource<int>? starting;

    public PrivateFiles(Children children, InitClient init, NodeClock clock, Action<Func<long, Event>> post)
    {
        (this.children, this.init, this.clock, this.post) = (children, init, clock, post);
        children.Own(Child, OnEnded);
    }

    /// <summary>Mounted and served: a mount whose gocryptfs is dead does not count.</summary>
    public bool Mounted => MountTable.IsMounted(NodeFiles.Private) && children.Runs(Child);

    public async Task<BootEvent> MountAsync(bool mayCreate)
    {
        if (!Mounted)
        {
            if (MountTable.IsMounted(NodeFiles.Private))
                MountPoint.Unmount(NodeFiles.Private, detach: true);
            Directory.CreateDirectory(NodeFiles.Private);
            if (!File.Exists(NodeFiles.Encrypted + "/gocryptfs.conf"))
            {
                if (!mayCreate)
                    return Failed($"{NodeFiles.Encrypted} holds no private files and the controller does not allow new ones: look whether the state disk is the right one, or remove the node and accept it anew");
                if (await MakeAsync() is { } fault)
                    return Failed(fault);
            }
            if (await StartAsync() is { } wrong)
                return wrong;
        }
        PrivateKeys.Prepare();
        await PrivateKeys.MakeHostKeyAsync(children);
        return new PrivateMounted(PrivateKeys.CertificateValidFor(clock)) { At = NodeClock.Monotonic };
    }

    /// <summary>Made aside and renamed, the configuration last: a cut in the middle leaves nothing that looks whole.</summary>
    private async Task<string?> MakeAsync()
    {
        var fresh = NodeFiles.Encrypted + "/.making"; // inside, so that the renames stay on one filesystem
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        Directory.CreateDirectory(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var status = await children.RunAsync(new SpawnRequest
        {
            Name = "",
            Argv = [Program, "-init", "-q", "-scryptn", "10", fresh],
            Stdin = SpawnStdin.Key,
            Stdout = Log,
            Stderr = Log,
        }, MakeLimit);
        if (status != 0)
            return $"cannot make the private files in {fresh}: {(Full ? "the disk is full; free space there" : $"gocryptfs ended with {WaitStatus.Say(status)}; see {Log}")}";
        foreach (var file in Directory.GetFiles(fresh).OrderBy(name => Path.GetFileName(name) == "gocryptfs.conf"))
            File.Move(file, Path.Combine(NodeFiles.Encrypted, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(fresh);
        return null;
    }

    private async Task<BootEvent?> StartAsync()
    {
        var ended = starting = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        children.Start(new SpawnRequest
        {
            Name = Child,
            Argv = [Program, "-fg", "-nosyslog", "-q", NodeFiles.Encrypted, NodeFiles.Private],
            Stdin = SpawnStdin.Key,
            Stdout = Log,
            Stderr = Log,
        });
        var until = NodeClock.Monotonic + (long)MountLimit.TotalMilliseconds;
        while (!MountTable.IsMounted(NodeFiles.Private))
        {
            if (ended.Task.IsCompleted)
                return Refused(await ended.Task);
            if (NodeClock.Monotonic > until)
                return Failed("gocryptfs runs but did not mount in time");
            await Task.Delay(Look);
        }
        starting = null;
        return null;
    }

    private static bool Full => DiskSpace.Of(NodeFiles.Encrypted).Available < RoomMin;

    private BootEvent Refused(int status)
    {
        if (WaitStatus.ExitCode(status) != WrongKey)
            return Failed($"cannot mount {NodeFiles.Encrypted}: gocryptfs ended with {WaitStatus.Say(status)}; see {Log}");
        init.DropKey();
        return new KeyRefused($"the key does not open {NodeFiles.Encrypted}: it belongs to another node, or the controller has another share") { At = NodeClock.Monotonic };
    }

    private void OnEnded(string name, int status)
    {
        children.Forget(name);
        if (starting is { } waiting)
            waiting.TrySetResult(status);
        else
            post(at => new PrivateLost($"gocryptfs ended with {WaitStatus.Say(status)}") { At = at });
    }

    private static WorkFailed Failed(string reason) => new(Work.Mount, reason) { At = NodeClock.Monotonic };

    private static string Log => $"{NodeFiles.Logs}/gocryptfs.log";
}

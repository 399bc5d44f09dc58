using System.Diagnostics;
using G8os.Core.Init;
using G8os.Core.Run.Network;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Sandboxes;
using G8os.Linux;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store;
using G8os.Store.Objects;

namespace G8os.Core.Run.Sandboxes;

/// <summary>
/// The sandboxes of this node, wired: it looks, plans and does, again and again, beside the boot and without any controller for what is in the cache.
/// </summary>
internal sealed class SandboxEdge : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), MountLimit = TimeSpan.FromSeconds(20);
    private readonly ObjectStore store = new(FsPlaces.Objects, durable: true);
    private readonly Lock gate = new();
    private readonly WantedFile wanted = new();
    private readonly GridFile grid;
    private readonly Action<string, string> tell;
    private readonly FsServer server;
    private readonly SandboxMounts mounts;
    private readonly HashSet<string> underWay = [];
    private readonly HashSet<ObjectHash> complete = [];
    private readonly Dictionary<string, string> told = [];
    private readonly SemaphoreSlim wake = new(0, 1);
    private SandboxRests rests = new([], new((ulong)Stopwatch.GetTimestamp()));
    private (Values<SandboxWanted> Wanted, GridDocument? Grid, SandboxesSpec Spec) judged = ([], null, new());
    private (SandboxesSpec Spec, SandboxStatus Status)? seen;
    private TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="children">Starts g8os-fs.</param>
    /// <param name="init">Holds its connection.</param>
    /// <param name="grid">Names the publishers.</param>
    /// <param name="tell">Hears what happened and its evidence, for explain.</param>
    public SandboxEdge(Children children, InitClient init, GridFile grid, Action<string, string> tell)
    {
        (this.grid, this.tell) = (grid, tell);
        mounts = new SandboxMounts(store);
        server = new FsServer(children, init, OnServerEnded);
    }

    /// <summary>Called before each look: what g8os-fs needs to know of the network.</summary>
    public Func<Task> Prepare { get; set; } = () => Task.CompletedTask;

    /// <summary>Sandboxes, NAME@VERSION, that apps run out of now.</summary>
    public Func<IReadOnlyCollection<string>> Needed { get; set; } = () => [];

    /// <summary>Called after each look: how they stand may be another.</summary>
    public Action Looked { get; set; } = () => { };

    /// <summary>How the sandboxes stand.</summary>
    public Values<SandboxState> States => Seen is { } now ? SandboxReport.States(now.Spec, now.Status) : [];

    private (SandboxesSpec Spec, SandboxStatus Status)? Seen
    {
        get
        {
            lock (gate)
                return seen;
        }
    }

    /// <summary>The node manifest says so.</summary>
    public void Want(Values<SandboxWanted> list)
    {
        wanted.Take(list, Needed());
        Wake();
    }

    /// <summary>Ready when it is complete and mounted at its root; else why not.</summary>
    public (bool Ready, string Reason) Find(string sandbox)
    {
        var state = States.FirstOrDefault(one => one.Sandbox == sandbox);
        return state is null ? (false, $"sandbox {sandbox} is not one of this node's") : (state is { Mounted: true, Complete: true }, state.Reason);
    }

    /// <summary>Ends when every sandbox that may be mounted is; throws, with the reason, when that is not so in time.</summary>
    public async Task<IReadOnlyList<Event>> SettleAsync(TimeSpan limit)
    {
        var end = NodeClock.Monotonic + (long)limit.TotalMilliseconds;
        Wake();
        do
        {
            Task next;
            lock (gate)
                next = looked.Task;
            await next.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Seen is { } now && SandboxReport.IsSettled(now.Spec, now.Status))
                return [new SandboxesMounted { At = NodeClock.Monotonic }];
        }
        while (NodeClock.Monotonic < end);
        return [new WorkFailed(Work.Sandboxes, Seen is { } then ? SandboxReport.Waiting(then.Spec, then.Status) : "the first look is not over") { At = NodeClock.Monotonic }];
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Prepare();
            await Task.Run(Turn, stop);
            await wake.WaitAsync(Look, stop);
        }
    }

    private void Turn()
    {
        var spec = Judge();
        var status = Observe(spec);
        TaskCompletionSource waiting;
        lock (gate)
        {
            seen = (spec, status);
            (waiting, looked) = (looked, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        foreach (var (sandbox, reason) in spec.Refused)
            Tell(sandbox, $"sandbox {sandbox} refused", reason);
        foreach (var effect in SandboxPlanner.Plan(spec, status))
            Begin(effect);
        waiting.TrySetResult();
        Looked();
    }

    private SandboxesSpec Judge()
    {
        var (list, known) = (wanted.Now(), grid.Known);
        if (!ReferenceEquals(list, judged.Wanted) || !ReferenceEquals(known, judged.Grid))
            judged = (list, known, SandboxesSpec.Judge(list, known));
        return judged.Spec;
    }

    private SandboxStatus Observe(SandboxesSpec spec)
    {
        var status = new SandboxStatus
        {
            Server = server.Status(),
            Mounts = SandboxMounts.Look(),
            Images = spec.Sandboxes.Select(sandbox => sandbox.Image).Where(store.Has).ToValues(),
        };
        lock (gate)
            return status with
            {
                Complete = spec.Sandboxes.Select(sandbox => sandbox.Image).Where(complete.Contains).ToValues(),
                Occupied = underWay.Concat(rests.At(NodeClock.Monotonic)).ToValues(),
                Faults = rests.Reasons(),
            };
    }

    private void Begin(SandboxEffect effect)
    {
        lock (gate)
            if (!underWay.Add(effect.Subject))
                return;
        _ = Task.Run(async () =>
        {
            var fault = await TryAsync(effect);
            lock (gate)
            {
                underWay.Remove(effect.Subject);
                if (fault is not null)
                    rests = rests.Failed(effect.Subject, fault, NodeClock.Monotonic);
                else if (effect is not StartServer)    // that it was started does not say that it serves
                    rests = rests.Succeeded(effect.Subject);
            }
            if (fault is not null)
                Tell(effect.Subject, $"{effect.Subject} failed", fault);
            Wake();
        });
    }

    /// <summary>Null, or why it did not succeed.</summary>
    private async Task<string?> TryAsync(SandboxEffect effect)
    {
        try
        {
            return await DoAsync(effect);
        }
        catch (Exception fault) when (fault is LinuxException or IOException or StoreException or UnauthorizedAccessException or TimeoutException)
        {
            return fault.Message;
        }
    }

    /// <summary>One line per effect.</summary>
    private async Task<string?> DoAsync(SandboxEffect effect)
    {
        switch (effect)
        {
            case MountObjects: return Done(server.Mount);
            case StartServer: return Done(server.Start);
            case KillServer: Say("g8os-fs hangs", "it is killed; readers wait for the next one"); await server.KillAsync(); return null;
            case AbortObjects: Say("g8os-fs given up", "readers of missing objects get an error; its mount is made anew"); await server.AbortAsync(); return null;
            case UnmountPlace unmount: Say($"unmounted {unmount.Place}", "it is not wanted, or of a mount that is gone"); return Done(() => SandboxMounts.Unmount(unmount.Place));
            case FetchImage fetch: return await FsAsk.GetAsync([fetch.Sandbox.Image]);
            case MountImage mount: return await OnThreadAsync(() => mounts.MountImage(mount.Sandbox));
            case PinObjects pin: return await PinAsync(pin.Sandbox);
            case MountTree tree: return await TreeAsync(tree);
            default: throw new UnreachableException($"internal error: no edge does {effect.GetType().Name}");
        }
    }

    private async Task<string?> TreeAsync(MountTree tree)
    {
        var fault = await OnThreadAsync(() => mounts.MountTree(tree.Sandbox, tree.Place, tree.Device));
        if (fault is null)
            Say($"sandbox {tree.Sandbox.Ref} mounted", tree.Place);
        return fault;
    }

    private async Task<string?> PinAsync(SandboxSpec sandbox)
    {
        var missing = mounts.Objects(sandbox).Where(hash => !store.Has(hash)).ToList();
        if (missing.Count > 0 && await FsAsk.GetAsync(missing) is { } reason)
            return $"it is not complete: {reason}";
        lock (gate)
            complete.Add(sandbox.Image);
        return null;
    }

    /// <summary>A mount over g8os-fs asks it for its size: should it not answer, only this thread waits.</summary>
    private static async Task<string?> OnThreadAsync(Action mount)
    {
        await Task.Factory.StartNew(mount, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(MountLimit);
        return null;
    }

    private static string? Done(Action act)
    {
        act();
        return null;
    }

    private void OnServerEnded(string reason)
    {
        lock (gate)
            rests = rests.Failed(SandboxPlanner.ServerSubject, reason, NodeClock.Monotonic);
        Say("g8os-fs ended", reason);
        Wake();
    }

    /// <summary>The same reason is told once.</summary>
    private void Tell(string subject, string what, string evidence)
    {
        lock (gate)
        {
            if (told.GetValueOrDefault(subject) == evidence)
                return;
            told[subject] = evidence;
        }
        Say(what, evidence);
    }

    private void Say(string what, string evidence) => tell(what, evidence);

    private void Wake()
    {
        lock (gate)
            if (wake.CurrentCount == 0)
                wake.Release();
    }

    public void Dispose() => wake.Dispose();
}

using System.Diagnostics;
using System.Text.Json;
using G8os.Core.Run.Sandboxes;
using G8os.Decisions;
using G8os.Decisions.Apps;
using G8os.Linux;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Sandboxes;
using G8os.Model.Session;
using G8os.Model.Wire;

namespace G8os.Core.Run.Apps;

/// <summary>
/// The apps of this node, wired: they begin beside the boot from the manifest on the disk, need no controller, and do not notice when the core is
/// another one.
/// </summary>
internal sealed class AppsEdge : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const int TellEvery = 10_000;
    private readonly Children children;
    private readonly NodeClock clock;
    private readonly ManifestFile manifest;
    private readonly SandboxEdge sandboxes;
    private readonly Func<FromNode, bool> send;
    private readonly Transitions transitions = new(NodeFiles.AppTransitions);
    private readonly Containers containers;
    private readonly CheckEdge checks = new();
    private readonly AppsLoop loop;
    /// <summary>The last thing that was asked for an app; the next begins when it is done.</summary>
    private readonly Dictionary<string, Task> last = [];
    private readonly Lock gate = new();
    private Values<string>? needed;
    private NodeApplied? told;
    private long toldAt;

    public AppsEdge(Children children, NodeClock clock, ManifestFile manifest, SandboxEdge sandboxes, Func<FromNode, bool> send)
    {
        (this.children, this.clock, this.manifest, this.sandboxes, this.send) = (children, clock, manifest, sandboxes, send);
        containers = new Containers(children);
        loop = new AppsLoop(Perform, Say, OnChanged);
        children.Own(ContainerName.Prefix, OnEnded);
        sandboxes.Needed = () => AppsPlanner.Sandboxes(loop.State);
        sandboxes.Looked = LookAtSandboxes;
    }

    public long Generation => manifest.Generation;

    public Values<Transition> Recent => transitions.All;

    /// <summary>Takes up what a core before this one, or the disk, has left; call it before ends are delivered.</summary>
    public void Resume()
    {
        AppFiles.MakeDirectories();
        if (manifest.Load() is { Length: > 0 } fault)
            Say(new Tell("manifest refused", fault));
        loop.Begin(new AppsStarted { At = NodeClock.Monotonic, Wanted = manifest.Known?.Apps, Found = Found(), Seed = (ulong)Stopwatch.GetTimestamp() });
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(loop.RunAsync(stop), LookAsync(stop));

    /// <summary>A controller sent a manifest.</summary>
    public void Take(ReadOnlySpan<byte> document)
    {
        if (manifest.Take(document, out var reason))
        {
            var taken = manifest.Known!;
            Say(new Tell($"manifest {taken.Generation}", $"commit {taken.Commit}, {taken.Apps.Count} apps"));
            loop.Post(at => new AppsWanted(taken.Apps) { At = at });
            sandboxes.Want(SandboxWanted.Of(taken));
        }
        else if (reason.Length > 0)
            Say(new Tell("manifest refused", reason));
        Tell();
    }

    /// <summary>Says what runs, over a new session or because time passed.</summary>
    public void Tell()
    {
        var applied = Applied(usage: true);
        lock (gate)
            toldAt = NodeClock.Monotonic;
        send(new FromNode { Applied = new Applied { Json = JsonSerializer.Serialize(applied, WireJson.Default.NodeApplied) } });
    }

    /// <summary>Called by the loop after each step.</summary>
    private void OnChanged(AppsState state)
    {
        if (AppsPlanner.Sandboxes(state) is var now && now != needed)
        {
            needed = now;
            if (manifest.Known is { } known)
                sandboxes.Want(SandboxWanted.Of(known)); // one that no app needs any more is let go
        }
        TellChange();
    }

    private void TellChange()
    {
        var applied = Applied(usage: false);
        lock (gate)
        {
            if (applied == told)
                return;
            told = applied;
        }
        Tell();
    }

    private Values<AppFound> Found()
    {
        var known = children.List().Select(child => (Child: child, Name: ContainerName.Parse(child.Name))).Where(one => one.Name is not null).ToList();
        return AppFiles.Names().Concat(known.Select(one => one.Name!.Value.App)).Distinct().Order(StringComparer.Ordinal).Select(app =>
        {
            var newest = known.Where(one => one.Name!.Value.App == app).OrderByDescending(one => one.Name!.Value.Attempt).FirstOrDefault();
            if (newest.Name is { } container)
                containers.TakeUp(app, container.Attempt);
            return new AppFound
            {
                Name = app,
                Before = AppFiles.ReadLife(app),
                Running = newest is { Child.Running: true, Name: { } running } && Runc.Knows(app) ? running.Attempt : null,
                Ended = newest is { Child.Running: false } ? WaitStatus.Say(newest.Child.Status) : "",
                Installed = Directory.Exists(AppFiles.Kept(app)) || Directory.Exists(AppFiles.Bundle(app)) || newest.Name is not null,
            };
        }).ToValues();
    }

    private void Perform(AppEffect effect)
    {
        if (effect is RunCheck check)
        {
            _ = CheckAsync(check);
            return;
        }
        lock (gate)
            last[effect.Name] = AfterAsync(last.GetValueOrDefault(effect.Name, Task.CompletedTask), () => DoAsync(effect));
    }

    private static async Task AfterAsync(Task before, Func<Task> next)
    {
        await before;
        await Task.Run(next);
    }

    private async Task CheckAsync(RunCheck check)
    {
        var reason = await checks.AskAsync(check.Health);
        loop.Post(at => new CheckAnswered(check.Attempt, check.Check, reason) { Name = check.Name, At = at });
    }

    /// <summary>One line per effect; whatever goes wrong is an answer too.</summary>
    private async Task DoAsync(AppEffect effect)
    {
        AppHappened? outcome;
        try
        {
            outcome = effect switch
            {
                StartContainer start => await StartAsync(start),
                StopContainer stop => Stop(stop),
                KillContainer kill => await KillAsync(kill),
                RestoreBundle restore => Restore(restore),
                Uninstall => await UninstallAsync(effect.Name),
                _ => throw new UnreachableException($"internal error: no edge does {effect.GetType().Name}"),
            };
        }
        catch (Exception fault) when (fault is IOException or LinuxException or TimeoutException or UnauthorizedAccessException)
        {
            outcome = Failed(effect, fault.Message);
        }
        if (outcome is not null)
            loop.Post(at => outcome with { At = at });
    }

    private async Task<AppHappened> StartAsync(StartContainer start)
    {
        await containers.StartAsync(start.Spec, start.Attempt);
        return new ContainerStarted(start.Attempt) { Name = start.Name, At = 0 };
    }

    private AppHappened? Stop(StopContainer stop)
    {
        containers.Stop(stop.Name, stop.Attempt);
        return null;
    }

    private async Task<AppHappened> KillAsync(KillContainer kill)
    {
        await containers.ClearAsync(kill.Name);
        return new ContainerEnded(kill.Attempt, "signal 9") { Name = kill.Name, At = 0 };
    }

    private static AppHappened? Restore(RestoreBundle restore)
    {
        Containers.MakeBundle(restore.Spec);
        return null;
    }

    private async Task<AppHappened> UninstallAsync(string app)
    {
        await containers.UninstallAsync(app);
        return new Uninstalled { Name = app, At = 0 };
    }

    /// <summary>A stop or kill that failed is asked for again by the machine's own clock.</summary>
    private static AppHappened? Failed(AppEffect effect, string reason)
    {
        CoreLog.Write($"app/{effect.Name}: {reason}");
        return effect switch
        {
            StartContainer start => new ContainerFailed(start.Attempt, reason) { Name = start.Name, At = 0 },
            Uninstall => new UninstallFailed(reason) { Name = effect.Name, At = 0 },
            _ => null,
        };
    }

    private void OnEnded(string child, int status)
    {
        if (ContainerName.Parse(child) is not { } container)
        {
            children.Forget(child);
            return;
        }
        containers.Ended(container.App, container.Attempt);
        lock (gate)
            last[container.App] = AfterAsync(last.GetValueOrDefault(container.App, Task.CompletedTask), () => EndAsync(container, status));
    }

    private async Task EndAsync(ContainerName container, int status)
    {
        string reason;
        try
        {
            reason = await containers.EndAsync(container.App, container.Attempt, status);
        }
        catch (Exception fault) when (fault is IOException or LinuxException or TimeoutException or UnauthorizedAccessException)
        {
            reason = $"{WaitStatus.Say(status)}; {fault.Message}"; // the next start clears away first, or says why it cannot
        }
        loop.Post(at => new ContainerEnded(container.Attempt, reason) { Name = container.App, At = at });
    }

    /// <summary>Looks each second at what nobody tells: drift, sizes of logs.</summary>
    private async Task LookAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look);
        do
        {
            foreach (var life in loop.State.Lives.Items)
                LookAtApp(life);
            if (NodeClock.Monotonic - toldAt >= TellEvery)
                Tell();
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private void LookAtSandboxes()
    {
        var state = loop.State;
        foreach (var sandbox in AppsPlanner.Sandboxes(state))
            if (sandboxes.Find(sandbox) is var (ready, reason) && state.Sandboxes.Find(sandbox) != new SandboxFound(ready, reason))
                loop.Post(at => new SandboxSeen(sandbox, ready, reason) { At = at });
        TellChange();
    }

    private void LookAtApp(AppLife life)
    {
        try
        {
            Containers.BoundLog(life.Name);
            if (life is { Stage: AppRunning { RestoreAt: null } } && containers.LookAt(life.Name, life.Attempt) is var (drift, evidence))
                loop.Post(at => new DriftSeen(life.Attempt, drift, evidence) { Name = life.Name, At = at });
        }
        catch (Exception fault) when (fault is IOException or LinuxException)
        {
            CoreLog.Write($"cannot look at app {life.Name}: {fault.Message}; it is looked at again"); // it may be going away right now
        }
    }

    /// <summary>Without usage and times: what two are compared by.</summary>
    private NodeApplied Applied(bool usage)
    {
        var (state, now, unix) = (loop.State, NodeClock.Monotonic, clock.Now.ToUnixTimeMilliseconds());
        return new NodeApplied
        {
            Generation = manifest.Generation,
            Apps = state.Lives.Items.Select(life => usage ? WithUsage(AppReport.Status(life, now, unix)) : AppReport.Status(life, now, unix) with { Since = 0 }).ToValues(),
            Sandboxes = sandboxes.States,
        };
    }

    private AppStatus WithUsage(AppStatus status)
    {
        var used = containers.Usage(status.Name);
        return status with { CpuTime = used.CpuTime, Memory = used.Memory };
    }

    private void Say(Tell tell)
    {
        CoreLog.Write($"{tell.What}: {tell.Evidence}");
        transitions.Add(new Transition(clock.Now, tell.What, tell.Evidence));
    }

    public void Dispose()
    {
        checks.Dispose();
        containers.Dispose();
    }
}

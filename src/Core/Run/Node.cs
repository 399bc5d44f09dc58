using System.Text.Json;
using G8os.Core.Init;
using G8os.Core.Run.Apps;
using G8os.Core.Run.Jobs;
using G8os.Core.Run.Network;
using G8os.Core.Run.Sandboxes;
using G8os.Core.Run.Session;
using G8os.Core.Run.Ssh;
using G8os.Core.Run.Unlock;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Linux.Files;
using G8os.Linux.Netlink;
using G8os.Model.Network;
using G8os.Model.Session;
using G8os.Model.Wire;

namespace G8os.Core.Run;

/// <summary>The core proper, wired: which edge does which effect. It may crash or be replaced; init owns everything that lives on.</summary>
internal sealed class Node : IDisposable
{
    private readonly InitClient init = InitClient.Connect();
    private readonly NodeClock clock = new();
    private readonly Transitions transitions = new();
    private readonly NetworkEdge network = new();
    private readonly Identity identity;
    private readonly NodeLoop loop;
    private readonly Children children;
    private readonly GridFile grid;
    private readonly DhcpEdge dhcp;
    private readonly ArpEdge arp;
    private readonly ProbeEdge probes;
    private readonly UplinkApi uplink;
    private readonly PrivateFiles files;
    private readonly SshEdge ssh;
    private readonly SessionEdge session;
    private readonly JobEdge jobs;
    private readonly LogEdge logs;
    private readonly SandboxEdge sandboxes;
    private readonly FsSettingsFile settings;
    private readonly AppsEdge apps;
    private Status? told;
    /// <summary>Shorter than the boot's own bound, so that the reason is known.</summary>
    private static readonly TimeSpan SandboxLimit = TimeSpan.FromSeconds(50);

    public Node(NetConfig config, Identity identity)
    {
        this.identity = identity;
        StateDisk.Heard = sentence => transitions.Add(new Transition(clock.Now, "disk fault", sentence));
        children = new Children(init);
        loop = new NodeLoop(clock, new JournalFile(clock), transitions, network.Apply, Perform);
        grid = new GridFile(config.Controllers.Trust);
        dhcp = new DhcpEdge(children, loop.Post);
        arp = new ArpEdge(loop.Post, name => loop.State?.Network.Links.Find(name));
        probes = new ProbeEdge(grid, clock, loop.Post, OnClockMoved);
        uplink = new UplinkApi(grid, clock, identity, network.Macs);
        files = new PrivateFiles(children, init, clock, loop.Post);
        ssh = new SshEdge(children, loop.Post);
        session = new SessionEdge(grid, clock, loop.Post) { Greet = Greet, Receive = OnMessage };
        jobs = new JobEdge(children, clock, session.Send);
        logs = new LogEdge(message => session.Send(message));
        settings = new FsSettingsFile(grid, clock);
        sandboxes = new SandboxEdge(children, init, grid, Say) { Prepare = () => settings.UpdateAsync(loop.State) };
        apps = new AppsEdge(children, clock, new ManifestFile(grid, identity.Id), sandboxes, session.Send);
        loop.Changed = OnChanged;
    }

    public async Task RunAsync(NetConfig config, CancellationToken stop)
    {
        network.RaiseLoopback();
        jobs.Resume();
        apps.Resume();
        var started = Observe(config);
        children.Listen();
        using var monitor = new NetlinkMonitor(OnNetlink);
        CoreLog.Write($"g8os-core {Facts.Version}, node {identity.Id}, fingerprint {identity.Fingerprint}");
        await await Task.WhenAny(loop.RunAsync(started, stop), sandboxes.RunAsync(stop), apps.RunAsync(stop)); // whichever fails ends the core: init starts another
    }

    /// <summary>What a previous core of this boot left, and what the disk remembers.</summary>
    private BootStarted Observe(NetConfig config)
    {
        var now = NodeClock.Monotonic;
        var mounted = files.Mounted;
        return new BootStarted
        {
            At = now,
            Network = new NetworkStarted
            {
                At = now,
                Config = config,
                LastGood = Configuration.LastGood(),
                Links = network.Links(),
                Seed = (ulong)now ^ BitConverter.ToUInt64(Convert.FromHexString(identity.Id)),
                RescueOctets = Read(NodeFiles.RescueOctets, BootJson.Default.TableInt32) ?? [],
                Dhcp = dhcp.Observe(),
                Resumed = Read(NodeFiles.Parked, BootJson.Default.Parked),
            },
            KeyHeld = init.HasKey(),
            PrivateMounted = mounted,
            CertificateValidFor = mounted ? PrivateKeys.CertificateValidFor(clock) : 0,
            SshRunning = ssh.Running,
            Name = File.Exists(NodeFiles.NodeName) ? File.ReadAllText(NodeFiles.NodeName) : "",
        };
    }

    /// <summary>One line per effect.</summary>
    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case StartDhcp start: dhcp.Start(start.Link); break;
            case StopDhcp end: dhcp.Stop(end.Link); break;
            case WatchArp watch: arp.Watch(watch.Link); break;
            case UnwatchArp unwatch: arp.Unwatch(unwatch.Link); break;
            case SendArp send: arp.Send(send); break;
            case StartProbe probe: probes.Start(probe); break;
            case CancelProbe cancel: probes.Cancel(cancel.Probe); break;
            case RememberParked parked: Keep(NodeFiles.Parked, parked.Parked, BootJson.Default.Parked); break;
            case RememberRescue rescue: Keep(NodeFiles.RescueOctets, loop.State!.Network.RescueOctets.With(rescue.Link, rescue.Octet), BootJson.Default.TableInt32); break;
            case RememberLastGood good: StateDisk.Keep(NodeFiles.LastGood, System.Text.Encoding.UTF8.GetBytes(NetToml.Write(good.Config)), 0x1A4); break;
            case UplinkFound found: uplink.Use(found.Uplink); break;
            case UplinkLost: break;
            case Enroll: Run(Work.Enroll, async () => [await EnrollEdge.RunAsync(uplink)]); break;
            case RequestUnlock: Run(Work.Unlock, () => UnlockEdge.RunAsync(uplink, init)); break;
            case MountPrivate mount: Run(Work.Mount, async () => [await files.MountAsync(mount.MayCreate)]); break;
            case RequestCertificate: Run(Work.Certificate, CertifyAsync); break;
            case OpenSession: session.Open(loop.State!.Uplink!); break;
            case CloseSession close: session.Close(close.Reason); break;
            case StartSsh: Run(Work.Ssh, async () => [await ssh.StartAsync()]); break;
            case MountSandboxes: Run(Work.Sandboxes, () => sandboxes.SettleAsync(SandboxLimit)); break;
            default: throw new System.Diagnostics.UnreachableException($"internal error: no edge does {effect.GetType().Name}");
        }
    }

    /// <summary>Does a work beside the loop; whatever goes wrong becomes the reason of its failure.</summary>
    private void Run(Work work, Func<Task<IReadOnlyList<Event>>> does) => _ = Task.Run(async () =>
    {
        IReadOnlyList<Event> outcome;
        try
        {
            outcome = await does();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var reason = fault is OperationCanceledException ? "the controller did not answer in time"
                : DiskFault.Say(fault.GetBaseException()) ?? fault.GetBaseException().Message;
            outcome = [new WorkFailed(work, reason) { At = NodeClock.Monotonic }];
        }
        foreach (var happened in outcome)
            loop.Post(at => happened with { At = at });
    });

    private async Task<IReadOnlyList<Event>> CertifyAsync()
    {
        var outcome = await CertificateEdge.RunAsync(uplink, clock);
        ssh.Reload();
        return outcome;
    }

    private void Say(string what, string evidence)
    {
        CoreLog.Write($"{what}: {evidence}");
        transitions.Add(new Transition(clock.Now, what, evidence));
    }

    private void OnClockMoved()
    {
        if (loop.State is { PrivateMounted: true })
            loop.Post(at => new CertificateSeen(PrivateKeys.CertificateValidFor(clock)) { At = at });
    }

    private void OnNetlink(NetlinkEvent seen)
    {
        if (seen is LinkChanged or LinkRemoved or NetworkSeen)
            loop.Post(at => new LinksSeen(network.Links()) { At = at });
        if (seen is not LinkChanged)
            loop.Recheck();
    }

    private void OnMessage(FromController message)
    {
        switch (message.KindCase)
        {
            case FromController.KindOneofCase.Welcome:
                jobs.Welcome(message.Welcome.Epoch);
                clock.Keep();
                told = null;
                jobs.Resend();
                apps.Tell();
                break;
            case FromController.KindOneofCase.Ping: break;
            case FromController.KindOneofCase.RunJob: jobs.Run(message.RunJob); break;
            case FromController.KindOneofCase.KillJob: jobs.Kill(message.KillJob.Job); break;
            case FromController.KindOneofCase.ResultCommitted: jobs.Committed(message.ResultCommitted.Job); break;
            case FromController.KindOneofCase.LogRequest: logs.Start(message.LogRequest); break;
            case FromController.KindOneofCase.LogStop: logs.Stop(message.LogStop.Request); break;
            case FromController.KindOneofCase.ReportRequest: session.Send(new FromNode { Report = Report(message.ReportRequest.Request) }); break;
            case FromController.KindOneofCase.Manifest: apps.Take(message.Manifest.Document.Span); break;
            case FromController.KindOneofCase.GoingAway: CoreLog.Write($"the controller goes away for about {message.GoingAway.Seconds} s"); break;
        }
    }

    private Hello Greet()
    {
        var hello = new Hello { Version = Facts.Version, HighestEpoch = jobs.HighestEpoch, Status = StatusOf(loop.State!), Generation = apps.Generation };
        hello.Jobs.AddRange(JobEdge.Open());
        return hello;
    }

    private void OnChanged(BootState state)
    {
        if (state.Session is null)
            logs.StopAll();
        if (state.Name.Length > 0 && (!File.Exists(NodeFiles.NodeName) || File.ReadAllText(NodeFiles.NodeName) != state.Name))
            File.WriteAllText(NodeFiles.NodeName, state.Name);
        var status = StatusOf(state);
        if (state.Session is not null && !status.Equals(told))
            session.Send(new FromNode { Status = told = status });
    }

    private Status StatusOf(BootState state)
    {
        var parked = state.Network.Parked is { Lost: false } one ? one : null;
        return new Status
        {
            Phase = state.Phase.ToString().ToLowerInvariant(),
            Uplink = parked?.Uplink.Link ?? "",
            Candidate = parked?.Candidate.Word ?? "",
            Address = parked?.Uplink.Address ?? "",
            Waiting = BootReport.Waiting(state, NodeClock.Monotonic),
            CertificateNotAfter = state.CertificateUntil is { } until ? clock.Now.AddMilliseconds(until - NodeClock.Monotonic).ToUnixTimeSeconds() : 0,
        };
    }

    private Report Report(string request)
    {
        var now = NodeClock.Monotonic;
        var report = new NodeReport { Summary = BootReport.Summary(loop.State!, now), Next = BootReport.Next(loop.State!, now), Transitions = transitions.All, Apps = apps.Recent };
        return new Report { Request = request, Json = JsonSerializer.Serialize(report, WireJson.Default.NodeReport) };
    }

    public void Dispose()
    {
        sandboxes.Dispose();
        apps.Dispose();
        arp.Dispose();
        dhcp.Dispose();
        uplink.Dispose();
        network.Dispose();
        init.Dispose();
    }

    private static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (JsonException)
        {
            CoreLog.Write($"{path} is damaged; it counts as absent");
            return null;
        }
    }

    private static void Keep<T>(string path, T? value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        if (value is null)
            File.Delete(path);
        else
            StateDisk.Keep(path, JsonSerializer.SerializeToUtf8Bytes(value, type), 0x1A4);
    }
}

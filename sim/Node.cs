using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Sim;

/// <summary>One machine: its links, kernel, disk and init, and the core that runs the real <see cref="BootMachine"/>.</summary>
public sealed partial class Node(World world, int index, NetConfig config, Chance chance)
{
    private readonly Watch watch = new();
    private long bootedAt;
    private int life;
    private long armed = long.MaxValue;
    private NetSpec? applied;
    private bool kernelLost;
    private PlanInputs? planned;

    public World World { get; } = world;
    public int Index { get; } = index;
    public string Name { get; } = $"node-{index + 1}";
    public NetConfig Config { get; } = config;
    public List<Nic> Nics { get; } = [];
    public Kernel Kernel { get; } = new();
    public Disk Disk { get; } = new();
    public InitMemory Init { get; private set; } = new();
    public Membership Membership { get; } = new();
    /// <summary>Set on a node whose journal is kept and replayed.</summary>
    public Journal? Journal { get; set; }
    /// <summary>null while no core runs.</summary>
    public BootState? State { get; private set; }
    public long ClockSkew { get; set; }
    /// <summary>A link was pulled out and came back in another place of the kernel's order.</summary>
    public bool Replugged { get; set; }
    /// <summary>In this step the kernel's addresses and routes were planned anew.</summary>
    public bool JustPlanned { get; private set; }

    /// <summary>The node's monotonic clock.</summary>
    public long Clock => World.Now - bootedAt;

    public long OnNetTomlFor => watch.OnNetTomlFor(this);

    /// <summary>The kernel gives hardware that comes back a number nobody had.</summary>
    public int NextIndex() => Nics.Max(nic => nic.Index) + 1;

    public Nic? Find(string link)
    {
        foreach (var nic in Nics)
            if (nic.Present && nic.Name == link)
                return nic;
        return null;
    }

    public void PowerOn()
    {
        bootedAt = World.Now;
        foreach (var nic in Nics)
            nic.Up = nic.Guarded && chance.Percent(50);
        var mine = ++life;
        World.Agenda.In(chance.Between(1_000, 4_000), () => StartCore(mine));
    }

    /// <summary>Power is cut: only the disk stays.</summary>
    public void Reboot()
    {
        World.Trace.Note(World, $"{Name} reboots");
        StopCore();
        foreach (var client in Init.Dhcp.Items)
            client.Stop();
        Init = new InitMemory();
        Kernel.Clear();
        World.Agenda.In(chance.Between(2_000, 10_000), PowerOn);
    }

    /// <summary>kill −9: init starts another core, which finds what this one left.</summary>
    public void KillCore()
    {
        if (State is null)
            return;
        World.Trace.Note(World, $"{Name}: core killed");
        StopCore();
        var mine = life;
        World.Agenda.In(chance.Between(50, 500), () => StartCore(mine));
    }

    private void StopCore()
    {
        life++;
        State = null;
        ForgetEdges();
    }

    private void StartCore(int mine)
    {
        if (mine != life)
            return;
        (planned, applied) = (null, null);
        armed = long.MaxValue;
        var dhcp = Table<DhcpStatus>.Empty;
        foreach (var (link, client) in Init.Dhcp)
            dhcp = dhcp.With(link, new DhcpStatus(client.Lease));
        var started = new BootStarted
        {
            At = Clock,
            Network = new NetworkStarted
            {
                At = Clock,
                Config = Config,
                LastGood = Disk.LastGood,
                Links = Links(),
                Seed = chance.Next(),
                RescueOctets = Disk.RescueOctets,
                Dhcp = dhcp,
                Resumed = Init.Parked,
            },
            KeyHeld = Init.KeyHeld,
            PrivateMounted = Init.Mounted,
            CertificateValidFor = Init.Mounted ? CertificateValidFor : 0,
            SshRunning = Init.SshRunning,
            Name = Name,
        };
        watch.CoreStarted(this, started);
        World.Coverage.HitStart();
        var (state, effects) = BootMachine.Start(started);
        Settle(null, started, state, effects);
    }

    /// <summary>Gives the core an event, unless it died meanwhile.</summary>
    public void Post(long delay, Func<long, Event> happened) => Post(delay, happened, null);

    private void Post(long delay, Func<long, Event> happened, Action? first)
    {
        var mine = life;
        World.Agenda.In(Math.Max(1, delay), () =>
        {
            if (mine != life || State is null)
                return;
            first?.Invoke();
            Take(happened(Clock));
        });
    }

    private void Take(Event happened)
    {
        var before = State!;
        World.Coverage.Hit(before, happened);
        watch.Before(this, before, happened);
        var (after, effects) = BootMachine.Step(before, happened);
        Settle(before, happened, after, effects);
    }

    /// <summary>As the core does: journal, kernel, then effects.</summary>
    private void Settle(BootState? before, Event happened, BootState after, Values<Effect> effects)
    {
        State = after;
        World.Trace.Step(this, happened, after, effects);
        Journal?.Add(happened, after);
        Plan();
        watch.Check(this, before, happened, after, effects);
        foreach (var effect in effects)
            if (effect is not Tell)
                Do(effect);
        watch.CheckEdges(this, after);
        Arm();
        if (!World.IsCalm && after.Network is { Trial: not null, Parked.Lost: false } && chance.Percent(25))
            Incidents.Strike(this, chance); // a look at better candidates is rare: what goes wrong shall go wrong then
    }

    private void Plan()
    {
        var network = State!.Network;
        JustPlanned = false;
        if (planned is { } last && last.Same(network))
            return;
        (planned, JustPlanned) = (new PlanInputs(network), true);
        var desired = NetworkPlanner.Desired(network);
        if (desired == applied && !kernelLost)
            return;
        (applied, kernelLost) = (desired, false);
        var (raised, changed) = (false, false);
        foreach (var change in NetworkPlanner.Plan(desired, Kernel.Observe(Statuses())))
        {
            Watch.NoneAndExcludedLinksAreNeverTouched(this, change);
            (raised, changed) = (raised || change is BringUp, true);
            if (Kernel.Apply(change, Nics) is { } refusal)
                Watch.Broken(this, "TheKernelTakesThePlan", refusal);
        }
        Watch.PlanIsIdempotent(this, desired);
        if (raised)
            SeeLinks(chance.Between(5, 1_500));
        if (changed)
            CheckSession();
    }

    /// <summary>The kernel dropped a link with all that was on it.</summary>
    public void DropFromKernel(Nic nic)
    {
        Kernel.Drop(nic.Index);
        kernelLost = true;
    }

    /// <summary>Tells the core of its links, with what is true when it is told.</summary>
    public void SeeLinks(long delay) => Post(delay, at => new LinksSeen(Links()) { At = at });

    /// <summary>A cable was plugged in or out: netlink tells at once, or the core is busy for a while.</summary>
    public void SeeWire() => SeeLinks(World.IsCalm || chance.Percent(70) ? 5 : chance.Between(5, 1_000));

    public Values<LinkStatus> Links()
    {
        var links = new List<LinkStatus>(Nics.Count);
        foreach (var nic in Nics)
            if (nic.Present)
                links.Add(nic.Status());
        return links.ToValues();
    }

    public Table<LinkStatus> Statuses() => Table<LinkStatus>.Of(Links(), link => link.Name);

    /// <summary>Ticks when the machine wants it, sometimes late: a loaded machine is no excuse.</summary>
    private void Arm()
    {
        var due = bootedAt + Watch.ThereIsAlwaysANextStep(this, State!);
        var at = Math.Max(due, World.Now + 1);
        if (at >= armed && armed > World.Now)
            return;
        armed = at;
        var late = chance.Percent(5) ? chance.Between(1, 200) : 0;
        RingAt(at + late, life, at);
    }

    private void RingAt(long time, int mine, long at) => World.Agenda.At(time, () => Ring(mine, at));

    private void Ring(int mine, long at)
    {
        if (mine != life || State is null || at != armed)
            return;
        armed = long.MaxValue;
        if (BootMachine.NextDeadline(State) is { } due && bootedAt + due <= World.Now)
            Take(new Ticked { At = Clock });
        else
            Arm();
    }
}

using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>What goes wrong in a world until the calm, and how it then is for good. A new kind is a line in the table.</summary>
public static class Incidents
{
    private const long Minute = 60_000;
    /// <summary>A kill this long before the end has to be forgotten at the end.</summary>
    private const long LastKill = 40_000;
    private const long BackWithin = 3_000;
    /// <summary>A stranger's address that is nobody's trouble.</summary>
    private const string Nearby = NetworkConstants.RescueNetwork + "253";

    private static readonly Action<World, Chance>[] Kinds =
    [
        Flap, Flap, CarrierGone, CarrierGone, PullOut,
        (world, chance) => SegmentOf(world, chance).Dhcp = chance.Of(DhcpMode.Absent, DhcpMode.Present, DhcpMode.Present, DhcpMode.Late, DhcpMode.Nak),
        (world, chance) => SegmentOf(world, chance).Pool++,
        (world, chance) => SegmentOf(world, chance).Routed ^= 1 << chance.Below(3),
        (world, chance) => SegmentOf(world, chance).Rescue ^= 1 << chance.Below(3),
        (world, chance) => SegmentOf(world, chance).Strangers = chance.Of(0, 10, 50, 100),
        StrangerTakesAnAddress, StrangerTakesAnAddress,
        ControllerChanges, ControllerChanges, ControllerChanges, ControllerBlinks,
        (world, chance) => Each(world, one => one.Sessions = chance.Of(SessionMode.Accept, SessionMode.Accept, SessionMode.Fail, SessionMode.RefuseCertificate)),
        (world, chance) => NodeOf(world, chance).EndSession("the controller goes away", false, 1),
        (world, chance) => NodeOf(world, chance).Doubt(),
        (world, chance) => NodeOf(world, chance).Decide(chance.Of(Standing.Accepted, Standing.Accepted, Standing.Refused, Standing.Revoked, Standing.Pending)),
        (world, chance) => NodeOf(world, chance).Membership.UnlockAllowed ^= true,
        (world, chance) => NodeOf(world, chance).Membership.MountWorks ^= true,
        (world, chance) => NodeOf(world, chance).Membership.KeyGood ^= true,
        (world, chance) => NodeOf(world, chance).Membership.Ssh = chance.Of(SshMode.Good, SshMode.Fails, SshMode.Flaps),
        (world, chance) => NodeOf(world, chance).StepClock(chance.Of(-4000L, -200, -1, 1, 100, 4000) * 24 * 60 * Minute),
        (world, chance) => NodeOf(world, chance).KillGocryptfs(),
        (world, chance) => NodeOf(world, chance).KillSshd(),
        KillDhcp, KillDhcp,
        Kill, Kill, Kill, Kill, KillUnplugged, KillUnplugged, RevokedAndExpired, RevokedAndExpired,
        (world, chance) => NodeOf(world, chance).Reboot(),
    ];

    /// <summary>Puts incidents on the agenda, the calm after them, and one kill within it.</summary>
    public static void Plan(World world, Chance chance)
    {
        Spoil(world, chance);
        var count = 2 + chance.Below(14);
        for (var number = 0; number < count; number++)
        {
            var kind = chance.Below(Kinds.Length);
            world.Agenda.At(chance.Between(1_000, world.CalmAt - 1_000), () =>
            {
                world.Trace.Note(world, $"incident {kind}");
                Kinds[kind](world, chance);
                Look(world);
            });
        }
        world.Agenda.At(world.CalmAt, () => CalmDown(world, chance));
        if (chance.Percent(40))
            world.Agenda.At(world.CalmAt + World.Calm - LastKill, () => KillInCalm(world, chance));
    }

    /// <summary>In a while, but before the calm.</summary>
    private static void Soon(World world, long delay, Action what) => world.Agenda.At(Math.Min(world.Now + delay, world.CalmAt - 1), what);

    private static void Look(World world)
    {
        foreach (var node in world.Nodes)
            node.CheckSession();
    }

    private static Segment SegmentOf(World world, Chance chance) => world.Segments[chance.Below(world.Segments.Count)];

    private static Node NodeOf(World world, Chance chance) => world.Nodes[chance.Below(world.Nodes.Count)];

    private static Nic NicOf(World world, Chance chance)
    {
        var node = NodeOf(world, chance);
        return node.Nics[chance.Below(node.Nics.Count)];
    }

    private static void Each(World world, Action<Controller> change) => world.Controllers.ForEach(change);

    /// <summary>How it begins: some links get their carrier late, some controllers are down.</summary>
    private static void Spoil(World world, Chance chance)
    {
        foreach (var nic in world.Nodes.SelectMany(node => node.Nics))
            if (chance.Percent(20))
                CarrierGone(world, nic, 0, chance.Between(500, 30_000));
        foreach (var controller in world.Controllers)
            controller.Mode = Mode(chance, 55);
    }

    private static ControllerMode Mode(Chance chance, int up) =>
        chance.Percent(up) ? ControllerMode.Up : chance.Of(ControllerMode.Slow, ControllerMode.Dead, ControllerMode.Refusing, ControllerMode.Lying);

    private static void CarrierGone(World world, Chance chance) => CarrierGone(world, NicOf(world, chance), 0, chance.Between(100, 4 * Minute));

    private static void CarrierGone(World world, Nic nic, long from, long until)
    {
        Soon(world, from, () => SetWire(nic, false));
        Soon(world, until, () => SetWire(nic, true));
    }

    private static void SetWire(Nic nic, bool there)
    {
        nic.Wire = there;
        nic.Node.World.Trace.Note(nic.Node, $"{nic.Name} {(there ? "plugged" : "unplugged")}");
        nic.Node.SeeWire();
        nic.Node.CheckSession();
    }

    private static void Flap(World world, Chance chance)
    {
        var nic = NicOf(world, chance);
        long at = 0;
        for (var turn = 0; turn < 6; turn++)
        {
            var until = at + chance.Between(50, 3_000);
            CarrierGone(world, nic, at, until);
            at = until + chance.Between(50, 5_000);
        }
    }

    /// <summary>The hardware is pulled out and comes back: another index, nothing on it.</summary>
    private static void PullOut(World world, Chance chance)
    {
        var nic = NicOf(world, chance);
        if (!nic.Present)
            return;
        nic.Present = false;
        nic.Node.Replugged = true;
        nic.Node.DropFromKernel(nic);
        nic.Node.SeeLinks(5);
        Soon(world, chance.Between(2, 2 * Minute), () =>
        {
            nic.Index = nic.Node.NextIndex();
            (nic.Present, nic.Up) = (true, false);
            nic.Node.SeeLinks(5);
        });
    }

    private static void StrangerTakesAnAddress(World world, Chance chance)
    {
        foreach (var nic in world.Nodes.SelectMany(node => node.Nics))
            foreach (var one in nic.Node.Kernel.Addresses)
                if (one.Link == nic.Index && Segment.Octet(ProbeSources.Bare(one.Address)) is not null && nic.Carrier)
                    for (var turn = 0; turn < 3; turn++)
                        Soon(world, turn * chance.Between(100, 9_000), () =>
                        {
                            if (nic.Carrier)
                                Ether.StrangerSpeaks(nic, ProbeSources.Bare(one.Address), chance);
                        });
    }

    private static void ControllerChanges(World world, Chance chance)
    {
        if (world.Controllers.Count > 0)
            world.Controllers[chance.Below(world.Controllers.Count)].Mode = Mode(chance, 35);
    }

    /// <summary>All controllers are gone for a while: an update, a power cut.</summary>
    private static void ControllerBlinks(World world, Chance chance)
    {
        Each(world, one => one.Mode = chance.Of(ControllerMode.Dead, ControllerMode.Refusing));
        Soon(world, chance.Between(1_000, 3 * Minute), () =>
        {
            Each(world, one => one.Mode = ControllerMode.Up);
            Look(world);
        });
    }

    private static void KillDhcp(World world, Chance chance) => KillDhcp(NodeOf(world, chance));

    private static void KillDhcp(Node node)
    {
        foreach (var link in node.Init.Dhcp.Keys)
            node.KillDhcpClient(link);
    }

    /// <summary>Once, or a few times in a row; sometimes with more trouble while the new core starts.</summary>
    private static void Kill(World world, Chance chance)
    {
        var node = NodeOf(world, chance);
        var times = chance.Of(1, 1, 1, 4);
        for (var turn = 0; turn < times; turn++)
            Soon(world, turn * chance.Between(100, 3_000), node.KillCore);
        if (chance.Percent(30))
            Soon(world, chance.Between(600, 4_000), () => KillDhcp(node));
        else if (chance.Percent(30))
            CutAtStart(node, chance);
    }

    /// <summary>A core that has just come back loses its uplink, and its session notices.</summary>
    private static void CutAtStart(Node node, Chance chance)
    {
        Soon(node.World, chance.Between(700, 1_300), () => Cut(node, 20_000));
        for (var turn = 0; turn < 4; turn++)
            Soon(node.World, 3_500 + (turn * 500), node.Doubt);
    }

    /// <summary>The core dies while its uplink's cable is out.</summary>
    private static void KillUnplugged(World world, Chance chance)
    {
        var node = NodeOf(world, chance);
        if (node.State?.Uplink is not { } uplink || node.Find(uplink.Link) is not { } nic)
            return;
        CarrierGone(world, nic, 0, chance.Between(1_000, 4_500));
        Soon(world, chance.Between(1, 500), node.KillCore);
        Soon(world, chance.Between(1_500, 4_500), () => KillDhcp(node));
        if (Segment.Octet(uplink.Address) is not null)
            for (var turn = 1; turn < 40; turn++)
                Soon(world, turn * 100, () =>
                {
                    if (nic.Carrier)
                        Ether.StrangerSpeaks(nic, Nearby, chance);
                });
    }

    /// <summary>The uplink's cable is out for a while.</summary>
    public static void Cut(Node node, long time)
    {
        if (node.State?.Uplink is { } uplink && node.Find(uplink.Link) is { } nic)
            CarrierGone(node.World, nic, 1, time);
    }

    /// <summary>Out of the grid while its certificate seems to have ended: it asks for a new one before its session is closed.</summary>
    private static void RevokedAndExpired(World world, Chance chance)
    {
        var node = NodeOf(world, chance);
        node.Decide(chance.Of(Standing.Revoked, Standing.Refused, Standing.Pending));
        node.StepClock(10 * 24 * 60 * Minute);
    }

    /// <summary>Something happens to this node within the next seconds.</summary>
    public static void Strike(Node node, Chance chance)
    {
        var world = node.World;
        var nic = node.Nics[chance.Below(node.Nics.Count)];
        Soon(world, chance.Between(1, 6_000), chance.Below(8) switch
        {
            6 or 7 => () => KillDhcp(node),
            5 => () => Each(world, one => one.Mode = ControllerMode.Lying),
            0 => node.Doubt,
            1 => () => CarrierGone(world, nic, 0, chance.Between(100, 20_000)),
            2 => () => KillDhcp(node),
            3 => () => ControllerChanges(world, chance),
            _ => () => SegmentOf(world, chance).Pool++,
        });
    }

    /// <summary>From now on nothing changes any more; most of it works.</summary>
    private static void CalmDown(World world, Chance chance)
    {
        world.Trace.Note(world, "the calm begins");
        foreach (var segment in world.Segments)
        {
            var pool = segment.Pool;
            WorldMaker.Lay(segment, world.Controllers.Count, chance);
            (segment.Pool, segment.ArpLoss) = (pool, 0);
            segment.Strangers = chance.Of(0, 0, 0, 20, 100);
            if (segment.Dhcp == DhcpMode.Late)
                segment.Dhcp = DhcpMode.Absent; // it may or may not be in time: nobody could say where the node ends
        }
        foreach (var controller in world.Controllers)
        {
            controller.Mode = Mode(chance, 80);
            controller.Sessions = SessionMode.Accept;
        }
        foreach (var node in world.Nodes)
            Heal(node, chance);
        Look(world);
    }

    private static void Heal(Node node, Chance chance)
    {
        var membership = node.Membership;
        (membership.CertificatesRefused, membership.KeyGood, membership.MountWorks, membership.UnlockAllowed, membership.SandboxesWork) = (false, true, true, true, true);
        membership.Ssh = chance.Percent(2) ? SshMode.Flaps : SshMode.Good;
        if (chance.Percent(4))
            membership.MountWorks = false;
        if (chance.Percent(4))
            membership.UnlockAllowed = false;
        node.Decide(chance.Percent(92) ? Standing.Accepted : chance.Of(Standing.Pending, Standing.Refused, Standing.Revoked));
        foreach (var nic in node.Nics)
            if (chance.Percent(5))
                SetWire(nic, false);
    }

    /// <summary>A healthy node's core is killed: the next one is where this one was within 3 s.</summary>
    private static void KillInCalm(World world, Chance chance)
    {
        var node = NodeOf(world, chance);
        if (node.State is not { Phase: Decisions.Boot.Phase.Managed } || node.Membership.Ssh != SshMode.Good || world.Controllers.Exists(one => one.Mode == ControllerMode.Slow))
            return; // it has no 3 s to lose
        node.KillCore();
        world.Agenda.In(BackWithin, () =>
        {
            if (node.State is not { Phase: Decisions.Boot.Phase.Managed })
                throw new ViolationException("ARestartedCoreIsBackWithin3Seconds", $"{node.Name} is in phase {node.State?.Phase} {BackWithin} ms after its core was killed");
        });
    }
}

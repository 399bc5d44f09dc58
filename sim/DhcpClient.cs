using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>udhcpc on one link, owned by init: it lives on when the core dies, and what it says then is heard by nobody.</summary>
public sealed class DhcpClient(Node node, Nic nic, Chance chance)
{
    private const int DiscoverEvery = 3_000;
    private const int DiscoversInARow = 3;
    private const int RestBetween = 10_000;
    private readonly int device = nic.Index;
    private bool stopped;

    public Lease? Lease { get; private set; }
    private World World => node.World;
    /// <summary>A client keeps the device it was started on; one that was pulled out is dead to it for ever.</summary>
    private Segment? Wire => nic.Carrier && nic.Index == device ? nic.Segment : null;

    public void Start() => Discover(1);

    public void Stop()
    {
        stopped = true;
        Lease = null;
    }

    private void Discover(int number)
    {
        if (stopped)
            return;
        if (Wire is { Dhcp: DhcpMode.Present or DhcpMode.Late } segment)
            World.Agenda.In(segment.Dhcp == DhcpMode.Late ? chance.Between(4_000, 14_000) : chance.Between(20, 900), () => Bind(segment));
        else
            Again(number);
    }

    private void Again(int number) =>
        World.Agenda.In(number < DiscoversInARow ? DiscoverEvery : RestBetween, () => Discover(number < DiscoversInARow ? number + 1 : 1));

    private void Bind(Segment segment)
    {
        if (stopped)
            return;
        if (Wire != segment || segment.Dhcp is DhcpMode.Absent or DhcpMode.Nak)
        {
            Again(1);
            return;
        }
        Lease = Offer(segment);
        Tell(chance.Between(1, 30));
        if (chance.Percent(10))
            Tell(chance.Between(1, 3_000));
        RenewAfter(segment, Lease);
    }

    private Lease Offer(Segment segment) => new()
    {
        Address = $"{segment.Leased(100 + (node.Index * 8) + (nic.Index % 8))}/24",
        Router = segment.Leased(1),
        Dns = [segment.Leased(53)],
        Seconds = segment.LeaseSeconds,
    };

    /// <summary>At half time it asks again; a NAK or another subnet ends the lease, silence ends it when its time is over.</summary>
    private void RenewAfter(Segment segment, Lease lease)
    {
        var half = lease.Seconds * 500L;
        World.Agenda.In(half, () =>
        {
            if (stopped || !ReferenceEquals(Lease, lease))
                return;
            if (Wire == segment && segment.Dhcp is DhcpMode.Present or DhcpMode.Late && Offer(segment).Address == lease.Address)
            {
                Tell(chance.Between(1, 30));
                RenewAfter(segment, lease);
            }
            else if (Wire is { Dhcp: not DhcpMode.Absent })
                End(lease, "the server refused it");
            else
                World.Agenda.In(half, () => End(lease, "its time is over"));
        });
    }

    private void End(Lease lease, string reason)
    {
        if (stopped || !ReferenceEquals(Lease, lease))
            return;
        Lease = null;
        node.Post(chance.Between(1, 30), at => new LeaseLost(nic.Name, reason) { At = at });
        Discover(1);
    }

    private void Tell(long delay)
    {
        if (Lease is { } lease)
            node.Post(delay, at => new LeaseGranted(nic.Name, lease) { At = at });
    }

    /// <summary>Says the lease again, for a core that asks.</summary>
    public void SayAgain() => Tell(chance.Between(1, 10));
}

using System.Diagnostics;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;

namespace G8os.Sim;

/// <summary>The edges of the search: what a real core does with the machine's effects, with a real core's sloppiness.</summary>
public sealed partial class Node
{
    private const int ProbeStagger = 250;
    private const int AttemptsMax = 32;
    private const int ClockTolerance = 30_000;
    private Values<string> listening = [];
    private readonly SortedSet<int> probing = [];
    private readonly SortedSet<int> onTheWay = [];

    /// <summary>The links whose ARP packets are delivered.</summary>
    public Values<string> Listening => listening;

    private void ForgetEdges()
    {
        listening = [];
        probing.Clear();
        onTheWay.Clear();
        session = null;
        enrolling = false;
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case StartDhcp start: StartDhcpClient(start.Link); break;
            case StopDhcp stop: StopDhcpClient(stop.Link); break;
            case WatchArp watching: Listen(watching.Link); break;
            case UnwatchArp watching: listening = [.. listening.Where(link => link != watching.Link)]; break;
            case SendArp send: SendPacket(send); break;
            case StartProbe probe: Probe(probe); break;
            case CancelProbe cancel: Cancel(cancel.Probe); break;
            case RememberParked parked: Init.Parked = parked.Parked; break;
            case RememberLastGood good: Disk.LastGood = good.Config; break;
            case RememberRescue rescue: Disk.RescueOctets = Disk.RescueOctets.With(rescue.Link, rescue.Octet); break;
            case UplinkFound or UplinkLost: break;
            case BootEffect boot: Do(boot); break;
            default: throw new UnreachableException($"internal error: no edge does {effect.GetType().Name}");
        }
    }

    private void Listen(string link)
    {
        if (!listening.Contains(link))
            listening = listening.With(link);
    }

    private void StartDhcpClient(string link)
    {
        if (Find(link) is not { } nic)
            return;
        if (Init.Dhcp.Find(link) is { } running)
        {
            running.SayAgain();
            return;
        }
        var client = new DhcpClient(this, nic, chance.Fork((ulong)nic.Index));
        Init.Dhcp = Init.Dhcp.With(link, client);
        World.Agenda.In(chance.Between(5, 50), client.Start);
    }

    private void StopDhcpClient(string link)
    {
        Init.Dhcp.Find(link)?.Stop();
        Init.Dhcp = Init.Dhcp.Without(link);
    }

    /// <summary>udhcpc dies; the core that owns it starts it again after a second, and its start takes the old address away.</summary>
    public void KillDhcpClient(string link)
    {
        if (!Init.Dhcp.Has(link))
            return;
        World.Trace.Note(this, $"udhcpc of {link} killed");
        StopDhcpClient(link);
        if (State is null)
            return;
        Post(1_000, at => new LeaseLost(link, "udhcpc says deconfig") { At = at }, () =>
        {
            if (State!.Network.Dhcp.Has(link) && !Init.Dhcp.Has(link))
                StartDhcpClient(link);
        });
    }

    private void SendPacket(SendArp send)
    {
        if (Find(send.Link) is { Carrier: true } nic)
            Ether.Send(World, nic, send.Announce ? send.Address : Ether.Nobody, send.Address, chance);
    }

    /// <summary>An ARP packet arrives; heard only while somebody listens, except for one that was under way already.</summary>
    public void Hear(Nic nic, string mac, string sender, string target, long delay)
    {
        if (!listening.Contains(nic.Name) || !nic.Carrier)
            return;
        Post(delay, at => new ArpHeard(nic.Name, mac, sender, target) { At = at });
    }

    private void Probe(StartProbe probe)
    {
        probing.Add(probe.Probe);
        foreach (var source in probe.Sources)
            if (Segment.Octet(source.Address) is not null && Find(source.Link) is { Carrier: true } nic)
                Ether.Send(World, nic, source.Address, NetworkConstants.RescueNetwork + "254", chance);
        if (!World.IsCalm && chance.Percent(2))
            return; // an edge that never answers
        var (best, done) = Race(probe);
        var sloppy = !World.IsCalm && chance.Percent(15) ? chance.Between(1, 20_000) : 0;
        World.Agenda.In(Math.Max(1, done + sloppy), EndOf(probe, best.Verdict, best.Url, best.Source, best.Who));
    }

    /// <summary>How one attempt of a probe ended, and when.</summary>
    private readonly record struct Attempt(Verdict Verdict, long At, string Url, ProbeSource? Source, Controller? Who);

    /// <summary>Each URL from each source, one after the other; the best answer, and when the probe is over.</summary>
    private (Attempt Best, long Done) Race(StartProbe probe)
    {
        var best = new Attempt(Verdict.NoAnswer, int.MaxValue, "", null, null);
        var last = 0L;
        var attempts = Math.Min(probe.Urls.Count * probe.Sources.Count, AttemptsMax);
        for (var number = 0; number < attempts; number++)
        {
            var (url, source) = (probe.Urls[number / probe.Sources.Count], probe.Sources[number % probe.Sources.Count]);
            var met = World.Try(this, source.Link, source.Address, url);
            var at = (number * ProbeStagger) + met.Delay;
            if (at > NetworkConstants.ProbeWait)
                continue;
            last = Math.Max(last, at);
            if (Rank(met.Verdict) > Rank(best.Verdict) || (met.Verdict == Verdict.Answered && at < best.At))
                best = new(met.Verdict, at, url, source, met.Who);
        }
        return (best, best.Verdict == Verdict.Answered ? best.At : Math.Min((attempts * ProbeStagger) + last, NetworkConstants.ProbeWait));
    }

    private static int Rank(Verdict verdict) => verdict switch { Verdict.Answered => 3, Verdict.ServerFault => 2, Verdict.Stranger => 1, _ => 0 };

    private Action EndOf(StartProbe probe, Verdict verdict, string url, ProbeSource? source, Controller? who)
    {
        var mine = life;
        return () =>
        {
            if (mine != life || State is null || !probing.Remove(probe.Probe))
                return;
            var late = onTheWay.Remove(probe.Probe);
            if (verdict == Verdict.Answered && !late && World.Try(this, source!.Link, source.Address, url).Verdict != Verdict.Answered)
                verdict = Verdict.NoAnswer; // it broke on the way
            if (verdict != Verdict.Answered)
            {
                Take(new ProbeEnded(probe.Probe, verdict, $"{who?.Name ?? "nobody"} on {probe.Candidate}") { At = Clock });
                return;
            }
            var uplink = new Uplink { Link = source!.Link, Address = source.Address, Url = url, Controller = who!.Name, Dns = source.Dns };
            if (!late)
            {
                SetClock();
                watch.Proved(uplink);
            }
            Take(new ProbeEnded(probe.Probe, verdict, $"{who.Name} answered", uplink) { At = Clock });
        };
    }

    /// <summary>A proven answer sets a clock that is off; certificates are judged anew.</summary>
    private void SetClock()
    {
        if (Math.Abs(ClockSkew) <= ClockTolerance)
            return;
        ClockSkew = 0;
        TellCertificate();
    }

    private void Cancel(int probe)
    {
        if (!World.IsCalm && chance.Percent(60))
            onTheWay.Add(probe); // its answer was queued already
        else
            probing.Remove(probe);
    }

    /// <summary>The session missed a beat: the edge asks for a look at the uplink.</summary>
    public void Doubt()
    {
        if (session is not null)
            Post(1, at => new UplinkDoubted("a ping was missed") { At = at });
    }

    private bool Reaches(Uplink uplink) => World.Try(this, uplink.Link, uplink.Address, uplink.Url).Verdict == Verdict.Answered;
}

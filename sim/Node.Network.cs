using System.Diagnostics;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>The edges of the search: what a real core does with the machine's effects, with a real core's sloppiness.</summary>
public sealed partial class Node
{
    private const int ProbeStagger = 250;
    private const int AttemptsMax = 32;
    private const int ClockTolerance = 30_000;
    private readonly SortedSet<string> listening = new(StringComparer.Ordinal);
    private readonly SortedSet<int> probing = [];
    private readonly SortedSet<int> onTheWay = [];

    public IReadOnlyCollection<string> Listening => listening;

    private void ForgetEdges()
    {
        listening.Clear();
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
            case WatchArp watching: listening.Add(watching.Link); break;
            case UnwatchArp watching: listening.Remove(watching.Link); break;
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

    private void StartDhcpClient(string link)
    {
        if (Find(link) is not { } nic)
            return;
        if (Init.Dhcp.TryGetValue(link, out var running))
        {
            running.SayAgain();
            return;
        }
        var client = Init.Dhcp[link] = new DhcpClient(this, nic, chance.Fork((ulong)nic.Index));
        World.Agenda.In(chance.Between(5, 50), client.Start);
    }

    private void StopDhcpClient(string link)
    {
        if (Init.Dhcp.Remove(link, out var client))
            client.Stop();
    }

    /// <summary>udhcpc dies; the core that owns it starts it again after a second, and its start takes the old address away.</summary>
    public void KillDhcpClient(string link)
    {
        if (!Init.Dhcp.ContainsKey(link))
            return;
        World.Trace.Note(this, $"udhcpc of {link} killed");
        StopDhcpClient(link);
        if (State is null)
            return;
        Post(1_000, at => new LeaseLost(link, "udhcpc says deconfig") { At = at }, () =>
        {
            if (State!.Network.Dhcp.Has(link) && !Init.Dhcp.ContainsKey(link))
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
        var pairs = probe.Urls.SelectMany(url => probe.Sources.Select(source => (url, source))).Take(AttemptsMax);
        var start = 0;
        var best = (Verdict: Verdict.NoAnswer, At: (long)int.MaxValue, Url: "", Source: (ProbeSource?)null, Who: (Controller?)null);
        var last = 0L;
        foreach (var (url, source) in pairs)
        {
            var met = World.Try(this, source.Link, source.Address, url);
            var at = start + met.Delay;
            start += ProbeStagger;
            if (at > NetworkConstants.ProbeWait)
                continue;
            last = Math.Max(last, at);
            if (Rank(met.Verdict) > Rank(best.Verdict) || (met.Verdict == Verdict.Answered && at < best.At))
                best = (met.Verdict, at, url, source, met.Who);
        }
        var done = best.Verdict == Verdict.Answered ? best.At : Math.Min(start + last, NetworkConstants.ProbeWait);
        var sloppy = !World.IsCalm && chance.Percent(15) ? chance.Between(1, 20_000) : 0;
        World.Agenda.In(Math.Max(1, done + sloppy), EndOf(probe, best.Verdict, best.Url, best.Source, best.Who));
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

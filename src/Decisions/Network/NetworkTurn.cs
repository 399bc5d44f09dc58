using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>One step in the making: the state so far and what is to be done. Lives only inside <see cref="NetworkMachine"/>.</summary>
internal sealed class NetworkTurn(NetworkState state, long now, List<Effect> effects)
{
    public NetworkState State = state;
    public readonly List<Effect> Effects = effects;
    public readonly long Now = now;

    public NetConfig Config => State.Config;

    public void Tell(string what, string evidence) => Effects.Add(new Tell(what, evidence));

    public LinkStatus? Link(string name) => State.Links.Find(name);

    public bool HasCarrier(string name) => Link(name) is { Carrier: true };

    public long Random(long low, long high)
    {
        (var jitter, var value) = State.Jitter.Between(low, high);
        State = State with { Jitter = jitter };
        return value;
    }

    /// <summary>Links the search may use, in the kernel's order.</summary>
    public List<LinkStatus> Touchable()
    {
        var links = new List<LinkStatus>(State.Links.Count);
        foreach (var link in State.Links.Items)
            if (LinkRoles.Touchable(Config, link))
                links.Add(link);
        links.Sort((one, other) => one.Index.CompareTo(other.Index));
        return links;
    }

    public void StartDhcp(string link)
    {
        if (!State.Dhcp.Has(link))
            State = State with { Dhcp = State.Dhcp.With(link, new DhcpStatus(null)) };
        Effects.Add(new StartDhcp(link));
    }

    public void StopDhcp(string link)
    {
        if (!State.Dhcp.Has(link))
            return;
        State = State with { Dhcp = State.Dhcp.Without(link) };
        Effects.Add(new StopDhcp(link));
    }

    /// <summary>Starts a probe of a candidate and returns its number.</summary>
    public int Probe(Candidate candidate, Values<ProbeSource> sources)
    {
        var number = State.LastProbe + 1;
        State = State with { LastProbe = number };
        var urls = candidate.Kind == CandidateKind.Rescue ? NetworkConstants.RescueUrls : Config.Controllers.Urls;
        if (State.Parked is { } parked && parked.Candidate == candidate)
            (sources, urls) = (First(sources, source => source.Link == parked.Uplink.Link && source.Address == parked.Uplink.Address), First(urls, url => url.TrimEnd('/') == parked.Uplink.Url));
        Effects.Add(new StartProbe(number, candidate, sources, urls));
        return number;
    }

    /// <summary>What answered last is asked first: a restarted core is back at once, and a session stays where it is.</summary>
    private static Values<T> First<T>(Values<T> all, Func<T, bool> known) => [.. all.Where(known), .. all.Where(one => !known(one))];

    /// <summary>True when net.toml itself has this link on DHCP: its client runs for as long as the link is there.</summary>
    public bool DhcpByConfig(string name) =>
        Link(name) is { } link && LinkRoles.ConfigOf(Config, link) is { Mode: LinkMode.Dhcp } && LinkRoles.Touchable(Config, link);
}

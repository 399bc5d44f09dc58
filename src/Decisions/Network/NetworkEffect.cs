using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>Something to do for the search. Addresses, routes and rules are not effects: they follow from the state by <see cref="NetworkPlanner"/> and are applied before these.</summary>
public abstract record NetworkEffect : Effect;

/// <summary>Start a DHCP client on a link; when it runs already, say its lease again.</summary>
public sealed record StartDhcp(string Link) : NetworkEffect;

/// <summary>Stop the DHCP client of a link and release its lease.</summary>
public sealed record StopDhcp(string Link) : NetworkEffect;

/// <summary>Deliver the ARP packets of a link as <see cref="ArpHeard"/>.</summary>
public sealed record WatchArp(string Link) : NetworkEffect;

/// <summary>Stop delivering a link's ARP packets.</summary>
public sealed record UnwatchArp(string Link) : NetworkEffect;

/// <summary>Send an ARP request for an address: as a probe (sender 0.0.0.0) or as an announcement (sender = target), RFC 5227.</summary>
public sealed record SendArp(string Link, string Address, bool Announce) : NetworkEffect;

/// <summary>Ask controllers for a signed answer from each source, raced; ends with <see cref="ProbeEnded"/> within 8 s.</summary>
public sealed record StartProbe(int Probe, Candidate Candidate, Values<ProbeSource> Sources, Values<string> Urls) : NetworkEffect;

/// <summary>Give a probe up; its answer no longer counts.</summary>
public sealed record CancelProbe(int Probe) : NetworkEffect;

/// <summary>Where a probe leaves from.</summary>
public sealed record ProbeSource(string Link, string Address, Values<string> Dns);

/// <summary>Keep what a restarted core takes up, for this boot.</summary>
public sealed record RememberParked(Parked? Parked) : NetworkEffect;

/// <summary>Write net.last-good.toml.</summary>
public sealed record RememberLastGood(NetConfig Config) : NetworkEffect;

/// <summary>Remember the X that worked on a link, over boots.</summary>
public sealed record RememberRescue(string Link, int Octet) : NetworkEffect;

/// <summary>For the boot: a controller proved itself over this uplink.</summary>
public sealed record UplinkFound(Candidate Candidate, Uplink Uplink) : NetworkEffect;

/// <summary>For the boot: the uplink is gone; nothing stops because of it.</summary>
public sealed record UplinkLost(string Reason) : NetworkEffect;

using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>An event of the search for an uplink.</summary>
public abstract record NetworkEvent : Event;

/// <summary>The core started. What a previous core of the same boot left is passed in, so that it is taken up where it was.</summary>
public sealed record NetworkStarted : NetworkEvent
{
    public required NetConfig Config { get; init; }
    public NetConfig? LastGood { get; init; }
    public required Values<LinkStatus> Links { get; init; }
    public required ulong Seed { get; init; }
    public Table<int> RescueOctets { get; init; } = [];
    /// <summary>DHCP clients of a previous core that still run.</summary>
    public Table<DhcpStatus> Dhcp { get; init; } = [];
    /// <summary>The uplink a previous core of this boot was parked on.</summary>
    public Parked? Resumed { get; init; }
}

/// <summary>All links as the kernel has them now.</summary>
public sealed record LinksSeen(Values<LinkStatus> Links) : NetworkEvent;

/// <summary>A lease came, or came again with the same or another address.</summary>
public sealed record LeaseGranted(string Link, Lease Lease) : NetworkEvent;

/// <summary>The lease ran out, was refused, or its client died.</summary>
public sealed record LeaseLost(string Link, string Reason) : NetworkEvent;

/// <summary>An ARP packet on a link with a claim. Addresses are dotted; MACs lower-case.</summary>
public sealed record ArpHeard(string Link, string SenderMac, string SenderAddress, string TargetAddress) : NetworkEvent;

/// <summary>How a probe ended.</summary>
public enum Verdict
{
    /// <summary>A controller of this grid answered with a good signature.</summary>
    Answered,
    /// <summary>The network carries, the controller does not serve: refused, 5xx, certificate not yet valid.</summary>
    ServerFault,
    /// <summary>Somebody answered who is not of this grid: wrong pin, captive portal, stranger's key.</summary>
    Stranger,
    /// <summary>Nothing came back in time.</summary>
    NoAnswer,
}

/// <summary>A probe ended. <see cref="Uplink"/> is set when it was answered.</summary>
public sealed record ProbeEnded(int Probe, Verdict Verdict, string Evidence, Uplink? Uplink = null) : NetworkEvent;

/// <summary>The session with the controller broke: the uplink is tested at once.</summary>
public sealed record UplinkDoubted(string Reason) : NetworkEvent;

/// <summary>Time passed; due timers act.</summary>
public sealed record Ticked : NetworkEvent;

using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>Everything the search for an uplink remembers.</summary>
public sealed record NetworkState
{
    public required NetConfig Config { get; init; }
    public NetConfig? LastGood { get; init; }
    /// <summary>By kernel name.</summary>
    public Table<LinkStatus> Links { get; init; } = [];
    /// <summary>DHCP clients that run, by link; the lease is null until a server answers.</summary>
    public Table<DhcpStatus> Dhcp { get; init; } = [];
    /// <summary>Rescue addresses claimed or held, by link.</summary>
    public Table<ClaimState> Claims { get; init; } = [];
    /// <summary>The last good rescue X of a link, by link: tried first next time.</summary>
    public Table<int> RescueOctets { get; init; } = [];
    /// <summary>Candidates still to try in this round, or in this look at better ones.</summary>
    public Values<Candidate> Queue { get; init; } = [];
    public Trial? Trial { get; init; }
    public Parked? Parked { get; init; }
    public Check? Check { get; init; }
    /// <summary>Rounds begun since start; the first full round without a probe is over when it is above 1.</summary>
    public int Round { get; init; }
    /// <summary>When the next round begins; null while one is on or the uplink is good.</summary>
    public long? RoundAt { get; init; }
    public Backoff Pause { get; init; } = new(NetworkConstants.PauseFirst, NetworkConstants.PauseMax, 0);
    public long? SessionLostAt { get; init; }
    public int LastProbe { get; init; }
    public long StartedAt { get; init; }
    public Jitter Jitter { get; init; }
}

/// <summary>A running DHCP client.</summary>
public sealed record DhcpStatus(Lease? Lease);

/// <summary>What a trial waits for.</summary>
public enum TrialStep { Carrier, Address, Probe }

/// <summary>The candidate being tried now, since <see cref="Began"/>; <see cref="Probed"/> counts the sources already probed in vain.</summary>
public sealed record Trial(Candidate Candidate, TrialStep Step, long Deadline, int Probe, long Began, int Probed = 0);

/// <summary>A re-test of the parked uplink that is under way.</summary>
public sealed record Check(int Probe, long Deadline);

/// <summary>The uplink we are on. <see cref="Lost"/>: two re-tests in a row failed; its addresses stay while others are tried beside it.</summary>
public sealed record Parked
{
    public required Candidate Candidate { get; init; }
    public required Uplink Uplink { get; init; }
    public bool Lost { get; init; }
    public int Misses { get; init; }
    public long RetestAt { get; init; }
    /// <summary>When better candidates are tried beside it; null on the best one.</summary>
    public long? BetterAt { get; init; }
    /// <summary>When this configuration is good enough to be remembered; null when it was, or need not be.</summary>
    public long? LastGoodAt { get; init; }
}

/// <summary>The link and address that reached a controller, and which.</summary>
public sealed record Uplink
{
    public required string Link { get; init; }
    /// <summary>Without prefix length.</summary>
    public required string Address { get; init; }
    /// <summary>Base URL of the controller that answered.</summary>
    public required string Url { get; init; }
    public required string Controller { get; init; }
    public Values<string> Dns { get; init; } = [];
}

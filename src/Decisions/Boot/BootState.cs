using System.Text.Json.Serialization;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Decisions.Boot;

/// <summary>Where a node's boot stands. It holds no secret: the disk key is init's, the share never leaves the edge that opened it.</summary>
public sealed record BootState
{
    public required NetworkState Network { get; init; }
    /// <summary>What the controller last said; null before it said anything in this core's life.</summary>
    public Standing? Standing { get; init; }
    public string StandingReason { get; init; } = "";
    public string Name { get; init; } = "";
    /// <summary>init holds the disk key.</summary>
    public bool KeyHeld { get; init; }
    /// <summary>The controller allowed the private directory to be made.</summary>
    public bool MayCreate { get; init; }
    public bool PrivateMounted { get; init; }
    /// <summary>When the certificate ends, on the events' clock; null when there is none.</summary>
    public long? CertificateUntil { get; init; }
    /// <summary>The controller the session is with; null when there is none.</summary>
    public string? Session { get; init; }
    /// <summary>The uplink the session was, or is being, opened over; null once it was told to close.</summary>
    public Uplink? SessionUplink { get; init; }
    /// <summary>A session was up, or sshd ran, in this boot: sshd may run from now on.</summary>
    public bool Secured { get; init; }
    public bool SshRunning { get; init; }
    public bool SandboxesReady { get; init; }
    /// <summary>By the name of the work.</summary>
    public Table<WorkStatus> Works { get; init; } = [];
    public Jitter Jitter { get; init; }

    /// <summary>The proven uplink, or null.</summary>
    [JsonIgnore]
    public Uplink? Uplink => Network.Parked is { Lost: false } parked ? parked.Uplink : null;

    [JsonIgnore]
    public bool Rejected => Standing is Model.Wire.Standing.Pending or Model.Wire.Standing.Refused or Model.Wire.Standing.Revoked;

    [JsonIgnore]
    public Phase Phase =>
        Uplink is null ? Phase.Network
        : !PrivateMounted || Rejected ? Phase.Unlock
        : Session is null ? Phase.Secure
        : !SshRunning ? Phase.Ssh
        : !SandboxesReady ? Phase.Sandboxes
        : Phase.Managed;
}

/// <summary>
/// One work: under way until <see cref="Deadline"/>, or resting until <see cref="RetryAt"/> because of <see cref="Reason"/>, or quiet
/// <see cref="Since"/> then: its back-off is remembered, so that what succeeds and fails at once again rests longer each time.
/// </summary>
public sealed record WorkStatus(Backoff Backoff, long? Deadline = null, long? RetryAt = null, string Reason = "", long? Since = null);

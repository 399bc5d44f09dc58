using System.Text.Json.Serialization;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;

namespace G8os.Decisions;

/// <summary>Something that happened. Events are past tense, carry their time and are all a machine ever learns.</summary>
/// <remarks>A new event is a record, a case in its machine and a line here; tests/Tidy and the simulator ask for all three.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(BootStarted), nameof(BootStarted))]
[JsonDerivedType(typeof(LinksSeen), nameof(LinksSeen))]
[JsonDerivedType(typeof(LeaseGranted), nameof(LeaseGranted))]
[JsonDerivedType(typeof(LeaseLost), nameof(LeaseLost))]
[JsonDerivedType(typeof(ArpHeard), nameof(ArpHeard))]
[JsonDerivedType(typeof(ProbeEnded), nameof(ProbeEnded))]
[JsonDerivedType(typeof(UplinkDoubted), nameof(UplinkDoubted))]
[JsonDerivedType(typeof(Ticked), nameof(Ticked))]
[JsonDerivedType(typeof(EnrollAnswered), nameof(EnrollAnswered))]
[JsonDerivedType(typeof(Unlocked), nameof(Unlocked))]
[JsonDerivedType(typeof(PrivateMounted), nameof(PrivateMounted))]
[JsonDerivedType(typeof(PrivateLost), nameof(PrivateLost))]
[JsonDerivedType(typeof(KeyRefused), nameof(KeyRefused))]
[JsonDerivedType(typeof(CertificateSeen), nameof(CertificateSeen))]
[JsonDerivedType(typeof(SessionOpened), nameof(SessionOpened))]
[JsonDerivedType(typeof(SessionClosed), nameof(SessionClosed))]
[JsonDerivedType(typeof(SshStarted), nameof(SshStarted))]
[JsonDerivedType(typeof(SshStopped), nameof(SshStopped))]
[JsonDerivedType(typeof(SandboxesMounted), nameof(SandboxesMounted))]
[JsonDerivedType(typeof(WorkFailed), nameof(WorkFailed))]
public abstract record Event
{
    /// <summary>Monotonic milliseconds since the machine booted.</summary>
    public required long At { get; init; }
}

/// <summary>Something to do. Effects are imperative; whoever does them answers with events and decides nothing.</summary>
public abstract record Effect;

/// <summary>A sentence for the log and for explain: what changed and what was seen that caused it.</summary>
public sealed record Tell(string What, string Evidence) : Effect;

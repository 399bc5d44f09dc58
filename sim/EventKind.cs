using System.Diagnostics;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>The events, numbered; the ends of a probe are told apart, because the machine takes them differently.</summary>
public static class EventKind
{
    public static readonly string[] Names =
    [
        nameof(LinksSeen), nameof(LeaseGranted), nameof(LeaseLost), nameof(ArpHeard), "Answered", "ServerFault", "Stranger", "NoAnswer", nameof(UplinkDoubted), nameof(Ticked),
        nameof(EnrollAnswered), nameof(Unlocked), nameof(PrivateMounted), nameof(PrivateLost), nameof(KeyRefused), nameof(CertificateSeen), nameof(SessionOpened),
        nameof(SessionClosed), nameof(SshStarted), nameof(SshStopped), nameof(SandboxesMounted), nameof(WorkFailed), nameof(BootStarted),
    ];

    /// <summary>How many of them belong to the search for an uplink; they come first.</summary>
    public const int OfSearch = 10;

    public const int Started = 22;

    public static int Of(Event happened) => happened switch
    {
        LinksSeen => 0,
        LeaseGranted => 1,
        LeaseLost => 2,
        ArpHeard => 3,
        ProbeEnded { Verdict: Verdict.Answered } => 4,
        ProbeEnded { Verdict: Verdict.ServerFault } => 5,
        ProbeEnded { Verdict: Verdict.Stranger } => 6,
        ProbeEnded => 7,
        UplinkDoubted => 8,
        Ticked => 9,
        EnrollAnswered => 10,
        Unlocked => 11,
        PrivateMounted => 12,
        PrivateLost => 13,
        KeyRefused => 14,
        CertificateSeen => 15,
        SessionOpened => 16,
        SessionClosed => 17,
        SshStarted => 18,
        SshStopped => 19,
        SandboxesMounted => 20,
        WorkFailed => 21,
        BootStarted => Started,
        _ => throw new UnreachableException($"internal error: the simulator does not know {happened.GetType().Name}: give it a number here and a cause in the world"),
    };
}

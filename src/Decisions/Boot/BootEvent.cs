using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Decisions.Boot;

/// <summary>An event of the boot beyond its network.</summary>
public abstract record BootEvent : Event;

/// <summary>The core started; what it found of a previous core of this boot comes with it.</summary>
public sealed record BootStarted : BootEvent
{
    public required NetworkStarted Network { get; init; }
    public bool KeyHeld { get; init; }
    public bool PrivateMounted { get; init; }
    /// <summary>Milliseconds the certificate in /mnt/etc is still good for; 0 without one.</summary>
    public long CertificateValidFor { get; init; }
    public bool SshRunning { get; init; }
    public string Name { get; init; } = "";
}

/// <summary>A controller said where we stand.</summary>
public sealed record EnrollAnswered(Standing Standing, string Name, string Reason) : BootEvent;

/// <summary>The share was opened and init holds the disk key.</summary>
public sealed record Unlocked(bool MayCreate) : BootEvent;

/// <summary>/mnt/etc is there; the certificate in it is good for this many milliseconds more (0: none).</summary>
public sealed record PrivateMounted(long CertificateValidFor) : BootEvent;

/// <summary>/mnt/etc went away: gocryptfs died or was killed.</summary>
public sealed record PrivateLost(string Reason) : BootEvent;

/// <summary>A certificate was issued, or its remaining time is another one because the clock was set.</summary>
public sealed record CertificateSeen(long ValidFor) : BootEvent;

/// <summary>gocryptfs did not accept the key: it is dropped and asked for again.</summary>
public sealed record KeyRefused(string Reason) : BootEvent;

/// <summary>The controller greeted us: its id, and the name it knows us by.</summary>
public sealed record SessionOpened(string Controller, string Name) : BootEvent;

/// <summary>The session ended. <see cref="Refused"/>: the controller did not accept our certificate.</summary>
public sealed record SessionClosed(string Reason, bool Refused) : BootEvent;

/// <summary>sshd answers on its port.</summary>
public sealed record SshStarted : BootEvent;

/// <summary>sshd ended.</summary>
public sealed record SshStopped(string Reason) : BootEvent;

/// <summary>Every sandbox of this node is mounted.</summary>
public sealed record SandboxesMounted : BootEvent;

/// <summary>A work ended without success; it is tried again for ever.</summary>
public sealed record WorkFailed(Work Work, string Reason) : BootEvent;

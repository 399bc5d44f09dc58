namespace G8os.Decisions.Boot;

/// <summary>How far the boot is, in the seed's order. The first thing that is missing names the phase.</summary>
public enum Phase
{
    /// <summary>No controller proved itself over any link yet.</summary>
    Network,
    /// <summary>Enrolment, the key, and /mnt/etc.</summary>
    Unlock,
    /// <summary>The certificate and the session that uses it.</summary>
    Secure,
    Ssh,
    Sandboxes,
    Managed,
}

/// <summary>What the boot does for itself, each with its own bound and back-off; none can block another that is possible.</summary>
public enum Work { Enroll, Unlock, Mount, Certificate, Session, Ssh, Sandboxes }

namespace G8os.Decisions.Boot;

/// <summary>Something the core does for the boot; each is bounded in time and answered with an event.</summary>
public abstract record BootEffect : Effect;

/// <summary>POST /v1/enroll over the uplink, with a long-poll while pending.</summary>
public sealed record Enroll : BootEffect;

/// <summary>POST /v1/unlock over the uplink; the key goes to init.</summary>
public sealed record RequestUnlock : BootEffect;

/// <summary>Mount the private files with the key init holds; make the directory when it is absent and this allows it.</summary>
public sealed record MountPrivate(bool MayCreate) : BootEffect;

/// <summary>POST /v1/certificate over the uplink.</summary>
public sealed record RequestCertificate : BootEffect;

/// <summary>Open the mTLS session over the uplink.</summary>
public sealed record OpenSession : BootEffect;

/// <summary>End the session: its uplink is another one now.</summary>
public sealed record CloseSession(string Reason) : BootEffect;

/// <summary>Render sshd's files from /mnt/etc/ssh, check them and start sshd.</summary>
public sealed record StartSsh : BootEffect;

/// <summary>Mount the sandboxes assigned to this node; with none assigned this answers at once.</summary>
public sealed record MountSandboxes : BootEffect;

namespace G8os.Core.Run;

/// <summary>Where a node keeps what. Outside the private files: medium and state. Inside: what must not be read from a stolen disk.</summary>
internal static class NodeFiles
{
    public const string NetToml = "/etc/g8os/net.toml";
    /// <summary>Seconds added to the machine's clock: for tests of a node that was off for days.</summary>
    public const string ClockShift = "/etc/g8os/clock-shift";
    public const string JoinToken = "/etc/g8os/join-token";
    /// <summary>The encrypted directory; mounted as <see cref="Private"/> (seed).</summary>
    public const string Encrypted = "/etc/g8os/private";
    public const string Private = "/mnt/etc";

    public const string State = "/var/lib/g8os";
    public const string Identity = State + "/identity";
    public const string BootKey = Identity + "/boot.key";
    public const string Share = Identity + "/share";
    public const string Grid = State + "/grid.json";
    public const string LastGood = State + "/net.last-good.toml";
    public const string RescueOctets = State + "/rescue.json";
    public const string LastTime = State + "/last-time";
    public const string Epoch = State + "/epoch";
    public const string Journal = State + "/journal";
    public const string Jobs = State + "/jobs";
    /// <summary>Which sandboxes this node shall have, from its manifest.</summary>
    public const string Sandboxes = State + "/sandboxes.json";
    /// <summary>The signed document that says what this node runs; outside the private files, so that it is there without a controller.</summary>
    public const string Manifest = State + "/manifest.json";
    /// <summary>NAME/{data, log}: what an app keeps.</summary>
    public const string Apps = State + "/apps";

    /// <summary>Gone with the boot: what a restarted core takes up.</summary>
    public const string Volatile = "/run/g8os";
    public const string Parked = Volatile + "/parked.json";
    public const string Dhcp = Volatile + "/dhcp";
    public const string DhcpSocket = Volatile + "/dhcp.sock";
    public const string Transitions = Volatile + "/transitions.jsonl";
    /// <summary>NAME/: the bundle of a container; NAME.json: its life.</summary>
    public const string Bundles = Volatile + "/apps";
    /// <summary>What runc knows.</summary>
    public const string Runc = Volatile + "/runc";
    public const string AppTransitions = Volatile + "/app-transitions.jsonl";
    public const string NodeName = Volatile + "/name";
    public const string Logs = Volatile + "/log";

    public const string NodeKey = Private + "/g8os/node.key";
    public const string NodeCertificate = Private + "/g8os/node.crt";
    public const string Ssh = Private + "/ssh";
    public const string SshdConfig = Ssh + "/sshd_config";
    public const string SshToml = Ssh + "/ssh.toml";
    public const string SshHostKey = Ssh + "/ssh_host_ed25519_key";
}

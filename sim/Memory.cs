using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>What a node keeps on its disk, over boots.</summary>
public sealed class Disk
{
    public NetConfig? LastGood { get; set; }
    public Table<int> RescueOctets { get; set; } = [];
    /// <summary>The private directory was made.</summary>
    public bool PrivateMade { get; set; }
    /// <summary>World time until which the certificate in the private files is good.</summary>
    public long CertificateUntil { get; set; }
}

/// <summary>What init and /run keep, for this boot, while cores come and go.</summary>
public sealed class InitMemory
{
    public bool KeyHeld { get; set; }
    public bool Mounted { get; set; }
    public bool SshRunning { get; set; }
    public Parked? Parked { get; set; }
    public Table<DhcpClient> Dhcp { get; set; } = [];
}

/// <summary>What the controllers' database says of one node, and what is wrong on the node itself.</summary>
public sealed class Membership
{
    public Standing Standing { get; set; } = Standing.Accepted;
    public bool UnlockAllowed { get; set; } = true;
    /// <summary>False: the controller has another share than the disk was made with.</summary>
    public bool KeyGood { get; set; } = true;
    public bool MountWorks { get; set; } = true;
    public bool CertificatesRefused { get; set; }
    public int CertificateHours { get; set; } = 24;
    public SshMode Ssh { get; set; }
    public bool SandboxesWork { get; set; } = true;
}

public enum SshMode
{
    Good,
    /// <summary>sshd -t says no.</summary>
    Fails,
    /// <summary>It starts and ends soon.</summary>
    Flaps,
}

namespace G8os.Lab;

/// <summary>Where a lab keeps what: one directory, on ext4 or xfs, owner only.</summary>
/// <param name="Directory">E.g. /var/lib/g8os-lab/default.</param>
public sealed record LabPaths(string Directory)
{
    public const string DefaultRoot = "/var/lib/g8os-lab";
    /// <summary>Names another root, for labs of other file systems or of tests.</summary>
    public const string RootVariable = "G8OS_LAB_ROOT";

    public static string Root => Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root ? Path.GetFullPath(root) : DefaultRoot;

    public static LabPaths Of(string lab) => new(Path.Combine(Root, lab));

    public string Name => Path.GetFileName(Directory);
    /// <summary>The lab file as it was at <c>lab up</c>.</summary>
    public string LabFile => Path.Combine(Directory, "lab.toml");
    /// <summary>What a new supervisor needs to know of the old one.</summary>
    public string Record => Path.Combine(Directory, "lab.json");
    public string Control => Path.Combine(Directory, "control.sock");
    /// <summary>Held open with a lock by the supervisor for as long as it lives.</summary>
    public string Lock => Path.Combine(Directory, "lock");
    public string SupervisorLog => Path.Combine(Directory, "supervisor.log");
    public string SshKey => Path.Combine(Directory, "ssh", "id_ed25519");
    public string Leases(string segment) => Path.Combine(Directory, "segments", segment + ".leases");
    public string DhcpLog(string segment) => Path.Combine(Directory, "segments", segment + ".log");
    public string ControllerData(string controller) => Path.Combine(Directory, "controllers", controller);
    public string ControllerLog(string controller) => Path.Combine(Directory, "controllers", controller + ".log");
    public string Node(string node) => Path.Combine(Directory, "nodes", node);
    /// <summary>The node's disk: its /var/lib/g8os.</summary>
    public string NodeDisk(string node) => Path.Combine(Node(node), "disk");
    /// <summary>The node's medium: its /etc/g8os.</summary>
    public string NodeMedium(string node) => Path.Combine(Node(node), "medium");
    /// <summary>Where the node's root is put together, in its own mount namespace.</summary>
    public string NodeRoot(string node) => Path.Combine(Node(node), "root");
    public string NodeSpec(string node) => Path.Combine(Node(node), "spec.json");
    public string NodeConsole(string node) => Path.Combine(Node(node), "console.log");

    /// <summary>Makes a directory that only its owner may enter.</summary>
    public static void MakePrivate(string directory) =>
        System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}

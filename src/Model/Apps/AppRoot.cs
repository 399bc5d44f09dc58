namespace G8os.Model.Apps;

/// <summary>
/// What an app's root must hold for the node to mount on: it is read-only, so nothing can be made there when the app is started.
/// </summary>
public static class AppRoot
{
    /// <summary>Directories: the kernel's own, /run and /tmp in memory, /data the app's own on the node's disk.</summary>
    public static readonly Values<string> Directories = ["/proc", "/sys", "/dev", "/run", "/tmp", "/data"];

    /// <summary>Files of the node that are seen read-only where the root has a file of this name.</summary>
    public static readonly Values<string> Files = ["/etc/resolv.conf", "/etc/hosts"];
}

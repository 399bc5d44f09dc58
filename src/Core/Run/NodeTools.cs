using G8os.Linux;

namespace G8os.Core.Run;

/// <summary>The programs of Debian that the core runs.</summary>
internal static class NodeTools
{
    private const int NoSuchFile = 2;

    private static readonly (string Program, string Package)[] all =
    [
        ("/usr/bin/gocryptfs", "gocryptfs"), ("/usr/sbin/sshd", "openssh-server"), ("/usr/bin/ssh-keygen", "openssh-client"), ("/bin/busybox", "busybox-static"),
    ];

    /// <summary>One of them that is not there is said so, with what to do, before init is asked for it.</summary>
    /// <exception cref="LinuxException">It is missing.</exception>
    public static void Check(string program)
    {
        foreach (var (path, package) in all)
            if (path == program && !File.Exists(path))
                throw new LinuxException($"start {path}", NoSuchFile, $"it is missing; the Debian package {package} brings it: put it into the node's image");
    }
}

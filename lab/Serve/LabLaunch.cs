using G8os.Lab.Control;

namespace G8os.Lab.Serve;

/// <summary>The words that start or enter a node.</summary>
internal static class LabLaunch
{
    /// <summary>
    /// Neither a node nor a visitor may set the machine's clock, load modules into its kernel or switch it off: these know no namespace.
    /// setpriv(1) takes them from the bounding set, so that no later program gets them back.
    /// </summary>
    private static readonly string[] Fewer = ["setpriv", "--bounding-set=-sys_time,-sys_module,-sys_boot", "--"];

    /// <summary>Writes the shell's pid to each file before "--", then becomes the command behind it.</summary>
    private const string JoinScript = "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

    /// <summary>
    /// The way into a new node: its cgroups, its network, fewer capabilities, then all other namespaces around pid 1. The cgroup namespace comes after the
    /// cgroups: its root is where the process is when it is made. With --kill-child pid 1 dies with its launcher.
    /// </summary>
    public static IReadOnlyList<string> Command(IReadOnlyList<string> procs, LabNet net, string g8os, string spec) =>
    [
        "/bin/sh", "-c", JoinScript, "g8lab", .. procs, "--",
        .. net.Enter, .. Fewer,
        "unshare", "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--fork", "--kill-child", "--propagation", "private", "--",
        g8os, "lab", "node-root", spec,
    ];

    /// <summary>The way into a running node for a visitor who has joined its cgroups. A .NET program ignores SIGPIPE, and exec would pass that on.</summary>
    public static IReadOnlyList<string> Visit(LabTarget target, IReadOnlyList<string> command) =>
        ["env", "--default-signal=PIPE", .. Fewer, "nsenter", .. Spaces(target), "--", .. command];

    /// <summary>A segment or controller has a network of its own and nothing else.</summary>
    private static string[] Spaces(LabTarget target) => target.Net is { } net
        ? [$"--net={net}"]
        : [$"--target={target.Pid}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"];
}

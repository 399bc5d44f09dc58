using G8os.Core.Init;
using G8os.Linux.Processes;
using Xunit;

namespace G8os.Linux.Tests.Init;

/// <summary>
/// g8os-core init as pid 1 of a pid, mount and network namespace with a /run of its own. The program is G8OS_CORE, or what eng/build.sh published.
/// </summary>
internal sealed class InitMachine : IDisposable
{
    /// <summary>A descriptor that init's parent forgot to close; init has to.</summary>
    internal const int Leaked = 50;
    /// <summary>The core that init starts is the real one: it must find no configuration and leave nothing on this machine.</summary>
    private const string Mounts = "set -e; for d in /run /var/lib /mnt $(ls -d /etc/g8os 2>/dev/null || true); do mount -t tmpfs test $d; done; mount -t proc proc /proc; ";
    private readonly ChildProcess launcher;
    private readonly List<InitClient> clients = [];

    internal InitMachine()
    {
        launcher = ChildProcess.Start(new()
        {
            Arguments = ["unshare", "--pid", "--mount", "--net", "--fork", "--kill-child", "--propagation", "private",
                "sh", "-c", Mounts + "exec \"$0\" init", Core],
            Inherited = [(1, Leaked)],
        });
        Until(() => ChildrenOf(launcher.Id).Length == 1, "unshare to fork");
        Pid = ChildrenOf(launcher.Id)[0];
        Until(() => File.Exists(Path("/run/g8os/init.sock")), "init's socket");
        Client = Connect();
    }

    /// <summary>The pid of init as this machine counts.</summary>
    internal int Pid { get; }
    internal InitClient Client { get; }
    internal Task<ExitStatus> Exited => launcher.Exited;

    internal static string Core { get; } = Find();

    internal string Path(string inside) => $"/proc/{Pid}/root{inside}";
    internal string Socket => Path("/run/g8os/init.sock");
    internal string Log => File.Exists(Path("/run/g8os/log/core.log")) ? File.ReadAllText(Path("/run/g8os/log/core.log")) : "";
    internal int[] Children => ChildrenOf(Pid);

    internal InitClient Connect()
    {
        var client = InitClient.Connect(Socket);
        clients.Add(client);
        return client;
    }

    internal int CorePid() => Client.List().SingleOrDefault(child => child is { Name: "core", Running: true })?.Pid ?? 0;

    internal void Kill(int pidInside, int signal = Signals.Kill) =>
        Assert.Equal(0, Signals.Send(Children.Single(pid => Inside(pid) == pidInside), signal));

    private static int Inside(int pid) => int.Parse(File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("NSpid", StringComparison.Ordinal)).Split('\t')[^1]);

    private static int[] ChildrenOf(int pid) =>
        [.. Directory.GetDirectories($"/proc/{pid}/task").SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];

    internal static void Until(Func<bool> condition, string what) => Wait.Until(condition, what).GetAwaiter().GetResult();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(directory.FullName + "/global.json"))
            directory = directory.Parent;
        var published = directory + "/artifacts/publish/g8os-core";
        var core = Environment.GetEnvironmentVariable("G8OS_CORE") ?? (Directory.Exists(published) ? published + "/g8os-core" : published);
        Assert.True(File.Exists(core), $"cannot find g8os-core at {core}: run eng/build.sh, or set G8OS_CORE to a published one");
        return core;
    }

    public void Dispose()
    {
        foreach (var client in clients)
            client.Dispose();
        launcher.Dispose();
    }
}

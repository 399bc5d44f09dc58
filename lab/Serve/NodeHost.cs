using System.Globalization;
using System.Text.Json;
using G8os.Lab.Control;
using G8os.Lab.Inside;
using G8os.Linux.Cgroups;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Lab.Serve;

/// <summary>A node at work: each start is a power-on, with new namespaces, the same disk, medium and MACs.</summary>
internal sealed class NodeHost : IDisposable
{
    private const int SshPort = 22;
    private const string Starting = "its root is being put together";
    private const string TokenFile = "join-token", NetFile = "net.toml";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly LabFile lab;
    private readonly LabNode node;
    private readonly LabPaths paths;
    private readonly LabPrograms programs;
    private readonly CgroupTree cgroups;
    private readonly Values<CgroupHierarchy> hierarchies;
    private readonly string cgroup;
    private readonly Relay ssh;
    private readonly Values<(int Inside, Relay Relay)> published;
    /// <summary>Starts and stops of one node never overlap.</summary>
    private readonly SemaphoreSlim turn = new(1);
    private LabNet? net;
    private LabProcess? launcher;
    private int pid;
    private DateTimeOffset started;
    private bool wanted;
    private string fault = "it was not started";

    public NodeHost(LabFile lab, LabNode node, LabPaths paths, LabPrograms programs, IReadOnlyDictionary<string, SegmentHost> segments, LabPorts ports, CgroupTree cgroups,
        Values<CgroupHierarchy> hierarchies)
    {
        (this.lab, this.node, this.paths, this.programs, this.cgroups, this.hierarchies) = (lab, node, paths, programs, cgroups, hierarchies);
        cgroup = LabCgroups.Of(paths.Name, node.Name);
        Links = new(node.Name, [.. node.On.Select(name => segments[name])], node.On, [.. node.On.Select(_ => "")]);
        ssh = ports.Relay(node.Name, SshPort, () => net?.Socket());
        published = node.Publish.Select(port => (port, ports.Relay(node.Name, port, () => net?.Socket()))).ToValues();
    }

    public string Name => node.Name;
    public MachineLinks Links { get; }
    public int Port => ssh.Port;
    public bool Running => launcher is { Running: true };

    /// <summary>What a process writes itself to, to be of this node.</summary>
    private Values<string> Procs => cgroups.Roots.Select(root => $"{root}/{cgroup}/cgroup.procs").ToValues();

    /// <summary>Where a visitor enters.</summary>
    public LabTarget Target => Running && pid > 0
        ? new(pid, Procs)
        : throw new LabException($"cannot enter node {Name}: it is off; g8os lab node start {Name} starts it", LabErrorKind.NotReady);

    /// <summary>Powers it on; returns when its pid 1 has its root and becomes g8os-core.</summary>
    /// <param name="pin">The pin for trust = "lab".</param>
    /// <param name="operators">Makes its join token when it has none yet.</param>
    /// <param name="directory">Where its net.toml is found.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task StartAsync(string pin, ControllerApi operators, string directory, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (Running)
                return;
            PowerOff();
            (wanted, fault) = (true, Starting);
            await MediumAsync(pin, operators, directory, cancel);
            Launch();
            await MountedAsync(cancel);
            fault = "";
        }
        catch (Exception e)
        {
            PowerOff();
            fault = e.Message;
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Writes what an image builder would put on the node's stick.</summary>
    private async Task MediumAsync(string pin, ControllerApi operators, string directory, CancellationToken cancel)
    {
        LabPaths.MakePrivate(paths.NodeMedium(Name));
        LabPaths.MakePrivate(paths.NodeDisk(Name));
        LabPaths.MakePrivate(paths.NodeRoot(Name));
        var text = node.Net is null ? null : await ReadNetAsync(Path.Combine(directory, node.Net), cancel);
        AtomicFile.Write(Path.Combine(paths.NodeMedium(Name), NetFile), System.Text.Encoding.UTF8.GetBytes(LabDrawing.NetToml(lab, node, text, pin)), 0x1a4);
        var token = Path.Combine(paths.NodeMedium(Name), TokenFile);
        if (node.Join && !File.Exists(token))
            AtomicFile.Write(token, System.Text.Encoding.UTF8.GetBytes(await operators.JoinTokenAsync(Name, node.Labels, cancel) + "\n"));
    }

    private async Task<string> ReadNetAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"cannot read {file}, the net.toml of node {Name}: {e.Message}", cause: e);
        }
    }

    private void Launch()
    {
        cgroups.Create(cgroup);
        net = new();
        Links.Plug(net);
        var report = Path.Combine(paths.Node(Name), "report");
        File.Delete(report);
        var spec = new NodeSpec
        {
            Name = Name,
            Root = paths.NodeRoot(Name),
            Disk = paths.NodeDisk(Name),
            Medium = paths.NodeMedium(Name),
            Binaries = Path.GetDirectoryName(programs.Core)!,
            Hidden = [Path.GetDirectoryName(paths.Directory)!],
            Cgroups = hierarchies,
            Command = [$"{NodeSpec.BinariesInside}/{Path.GetFileName(programs.Core)}", "init"],
            Report = report,
        };
        AtomicFile.Write(paths.NodeSpec(Name), JsonSerializer.SerializeToUtf8Bytes(spec, LabJson.Default.NodeSpec));
        (pid, started) = (0, DateTimeOffset.UtcNow);
        File.AppendAllText(paths.NodeConsole(Name), string.Create(CultureInfo.InvariantCulture, $"{started:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name} is switched on\n"));
        launcher = LabProcess.Start(LabLaunch.Command(Procs, net, programs.G8os, paths.NodeSpec(Name)), paths.NodeConsole(Name));
    }

    /// <summary>Reads the report until pid 1 is on its way into g8os-core.</summary>
    private async Task MountedAsync(CancellationToken cancel)
    {
        var report = Path.Combine(paths.Node(Name), "report");
        var deadline = Environment.TickCount64 + (long)LabLimits.NodeMounted.TotalMilliseconds;
        while (true)
        {
            foreach (var line in File.Exists(report) ? File.ReadAllLines(report) : [])
            {
                if (line.StartsWith("pid ", StringComparison.Ordinal))
                    pid = int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
                else if (line.StartsWith("error ", StringComparison.Ordinal))
                    throw new LabException($"cannot start node {Name}: {line[6..]}");
                else if (line == "ready")
                    return;
            }
            if (!Running)
                throw new LabException($"cannot start node {Name}: its first process ended with {await launcher!.Exited}; {LabProcess.LastLine(paths.NodeConsole(Name))}");
            if (Environment.TickCount64 > deadline)
                throw new LabException($"cannot start node {Name}: its root was not mounted within {LabLimits.NodeMounted.TotalSeconds:0} s");
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Shuts it down, or pulls the plug.</summary>
    public async Task StopAsync(bool kill)
    {
        await turn.WaitAsync();
        try
        {
            wanted = false;
            fault = kill ? "it was killed" : "it was stopped";
            if (launcher is { } running)
                await (kill ? running.KillAsync(pid) : running.StopAsync(pid, LabLimits.NodeStopSeconds));
            PowerOff();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stops it and empties its disk and medium: the next start is that of a new machine with the same name and MACs.</summary>
    public async Task WipeAsync()
    {
        await StopAsync(kill: true);
        foreach (var directory in new[] { paths.NodeDisk(Name), paths.NodeMedium(Name) }.Where(Directory.Exists))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>Takes away what a stopped node leaves: its namespace, its ports, its cgroups.</summary>
    private void PowerOff()
    {
        launcher?.Dispose();
        (launcher, pid) = (null, 0);
        Links.Unplug();
        net?.Dispose();
        net = null;
        LabCgroups.Clear(cgroups, cgroup);
    }

    /// <summary>How it stands, with what a controller says of it.</summary>
    public NodeStatus Status(NodeView? view)
    {
        var running = Running;
        var state = running ? (pid > 0 ? MachineState.Running : MachineState.Starting) : fault == Starting ? MachineState.Starting : wanted ? MachineState.Exited : MachineState.Stopped;
        // A controller goes on believing for a while what a node was before its power went.
        var now = running && view is not null && (view.State == "pending" || view.LastSeen >= started) ? view : null;
        var settled = now is not null && (now.Phase == "managed" || (!node.Join && now.State == "pending"));
        return new()
        {
            Name = Name,
            State = state,
            Pid = running && pid > 0 ? pid : null,
            SshPort = ssh.Port,
            Published = published.Select(port => new PublishedPort(port.Inside, port.Relay.Port)).ToValues(),
            Settled = settled,
            Phase = now?.Phase ?? "",
            Enrolment = view?.State ?? "",
            Uplink = now?.Uplink ?? "",
            Candidate = now?.Candidate ?? "",
            Address = now?.Address ?? "",
            Waiting = running ? Waiting(now) : Off(),
            Links = Links.Status,
            Console = paths.NodeConsole(Name),
            Log = running && pid > 0 ? CoreLog : null,
        };
    }

    /// <summary>The core's log as this machine sees it: through the node's own root.</summary>
    private string CoreLog => Path.Combine(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"), "root", "run/g8os/log/core.log");

    private string Waiting(NodeView? view)
    {
        if (view is { State: "pending" } && !node.Join)
            return $"acceptance: g8os node accept {view.Id} --name {Name}";
        if (view is { Waiting.Length: > 0 })
            return view.Waiting;
        if (view is { Phase: "managed" })
            return "";
        // Without a session the controller knows no more; the node itself does.
        var line = LabProcess.LastLine(CoreLog) is { Length: > 0 } said ? said : LabProcess.LastLine(paths.NodeConsole(Name));
        return line.Length > 0 ? line : "no controller has heard of it yet";
    }

    private string Off()
    {
        if (fault.Length > 0)
            return fault;
        var line = LabProcess.LastLine(paths.NodeConsole(Name));
        return $"its pid 1 has ended{(launcher is { Exited: { IsCompletedSuccessfully: true } exited } ? $" with {exited.Result}" : "")}{(line.Length > 0 ? $"; its last line: {line}" : "")}";
    }

    public void Dispose()
    {
        ssh.Dispose();
        foreach (var (_, relay) in published)
            relay.Dispose();
        PowerOff();
        turn.Dispose();
    }
}

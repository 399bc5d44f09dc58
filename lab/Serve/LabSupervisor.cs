using G8os.Lab.Control;
using G8os.Lab.Inside;
using G8os.Linux.Cgroups;
using G8os.Linux.Processes;

namespace G8os.Lab.Serve;

/// <summary>
/// A lab at work: the parent of everything in it, so that it hears of every end. It outlives the command that started it and is spoken to over its control
/// socket (<see cref="LabClient"/>).
/// </summary>
public sealed partial class LabSupervisor : IAsyncDisposable
{
    /// <summary>Nodes that are started at a time: each start is mostly forks, more would only queue.</summary>
    private const int StartsAtOnce = 4;

    private readonly LabPaths paths;
    private readonly LabFile lab;
    private readonly LabPrograms programs;
    private readonly Action<string> log;
    private readonly CgroupTree cgroups = CgroupTree.Detect();
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<string, SegmentHost> segments = new(StringComparer.Ordinal);
    private readonly List<ControllerHost> controllers = [];
    private readonly List<NodeHost> nodes = [];
    private readonly LabViews views;
    private LabRecord record;
    private LabState state = LabState.Starting;
    private string message = "drawing the segments";

    /// <summary>Prepares a lab whose directory holds its record; nothing is started.</summary>
    /// <param name="paths">The lab's directory.</param>
    /// <param name="lab">What to draw.</param>
    /// <param name="programs">What is started.</param>
    /// <param name="log">Hears what the supervisor does, a line each.</param>
    public LabSupervisor(LabPaths paths, LabFile lab, LabPrograms programs, Action<string> log)
    {
        (this.paths, this.lab, this.programs, this.log) = (paths, lab, programs, log);
        record = LabRecord.Read(paths);
        views = new(controllers);
    }

    /// <summary>Draws the segments, machines and relays: when it returns, every port is known.</summary>
    public void Draw()
    {
        MakeSshKey();
        var ports = new LabPorts(record);
        foreach (var segment in lab.Segments)
            segments.Add(segment.Name, new(lab, segment, paths));
        foreach (var controller in lab.Controllers)
            controllers.Add(new(lab, controller, paths, programs, segments, ports));
        var hierarchies = CgroupHierarchy.OfMachine();
        foreach (var node in lab.Nodes)
            nodes.Add(new(lab, node, paths, programs, segments, ports, cgroups, hierarchies));
        record = record with { Ports = ports.All };
        record.Write(paths);
    }

    /// <summary>Starts controllers and nodes. What cannot be started leaves the lab <see cref="LabState.Failed"/> and the rest running, for inspection.</summary>
    public async Task BringUpAsync()
    {
        try
        {
            foreach (var controller in controllers)
                controller.Start();
            foreach (var controller in controllers)
                await LoginAsync(controller);
            Say($"starting {nodes.Count} nodes");
            var faults = await StartNodesAsync();
            (state, message) = faults.Count == 0 ? (LabState.Running, "") : (LabState.Failed, faults[0]);
            log($"{nodes.Count - faults.Count} of {nodes.Count} nodes are started");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log("the lab is taken down before it was up");
        }
        catch (Exception e)
        {
            (state, message) = (LabState.Failed, e.Message);
            log(e is LabException or Linux.LinuxException ? e.Message : e.ToString());
        }
    }

    /// <summary>One node that cannot start does not keep the others from it. Returns what was in the way, by node.</summary>
    private async Task<IReadOnlyList<string>> StartNodesAsync()
    {
        using var free = new SemaphoreSlim(StartsAtOnce);
        var outcomes = await Task.WhenAll(nodes.Select(async node =>
        {
            await free.WaitAsync(stopping.Token);
            try
            {
                await StartAsync(node, stopping.Token);
                return null;
            }
            catch (Exception e) when (e is LabException or Linux.LinuxException or IOException || ControllerApi.IsSilence(e, stopping.Token))
            {
                log(e.Message);
                return e.Message;
            }
            finally
            {
                free.Release();
            }
        }));
        return [.. outcomes.OfType<string>()];
    }

    private async Task LoginAsync(ControllerHost controller)
    {
        Say($"waiting for controller {controller.Name} to answer");
        await controller.ReadyAsync(stopping.Token);
        var login = await controller.LoginAsync(record.Logins.GetValueOrDefault(controller.Name), stopping.Token);
        log($"controller {controller.Name} answers at {controller.Url}, grid {login.Pin}");
        record = record with { Logins = new(record.Logins, StringComparer.Ordinal) { [controller.Name] = login } };
        record.Write(paths);
    }

    private async Task StartAsync(NodeHost node, CancellationToken cancel)
    {
        if (controllers[0] is not { Api: { } api, Login: { } login })
            throw new LabException($"cannot start node {node.Name}: controller {controllers[0].Name} has not answered yet, so there is no pin and no token", LabErrorKind.NotReady);
        await node.StartAsync(login.Pin, api, Path.GetDirectoryName(record.File)!, cancel);
        log($"node {node.Name} has its root, pid {node.Target.Pid}");
    }

    private void MakeSshKey()
    {
        LabPaths.MakePrivate(Path.GetDirectoryName(paths.SshKey)!);
        if (File.Exists(paths.SshKey) && File.Exists(paths.SshKey + ".pub"))
            return;
        File.Delete(paths.SshKey);
        var (status, output) = ChildProcess.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", $"lab {paths.Name}", "-f", paths.SshKey);
        if (!status.Success)
            throw new LabException($"cannot make an ssh key: ssh-keygen ended with {status}: {output.Trim()}");
    }

    private void Say(string what)
    {
        message = what;
        log(what);
    }

    /// <summary>Stops everything. Nodes get SIGTERM and their time, or SIGKILL.</summary>
    /// <param name="kill">True when nothing is kept anyway.</param>
    public async Task StopAsync(bool kill)
    {
        (state, message) = (LabState.Stopping, "stopping");
        await stopping.CancelAsync();
        await Task.WhenAll(nodes.Select(node => node.StopAsync(kill)));
        await Task.WhenAll(controllers.Select(controller => kill ? controller.KillAsync() : controller.StopAsync()));
    }

    /// <summary>Kills what still runs and lets go of all namespaces.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            node.Dispose();
        foreach (var controller in controllers)
            controller.Dispose();
        foreach (var segment in segments.Values)
            segment.Dispose();
        views.Dispose();
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }
}

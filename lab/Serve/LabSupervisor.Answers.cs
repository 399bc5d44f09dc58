using System.Globalization;
using G8os.Lab.Control;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Lab.Serve;

public sealed partial class LabSupervisor
{
    /// <summary>Does what a request asks for. Faults are answers.</summary>
    public async Task<LabReply> AnswerAsync(LabRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            if (request.Verb is not (LabVerb.Status or LabVerb.Target or LabVerb.Login))
                log($"asked for {request.Verb} {request.Machine} {request.Link}".TrimEnd());
            return request.Verb switch
            {
                LabVerb.Status => new() { Status = await StatusAsync(cancel) },
                LabVerb.Target => new() { Target = Target(request) },
                LabVerb.Login => new() { Login = Login() },
                _ => await ChangeAsync(request, cancel),
            };
        }
        catch (LabException e)
        {
            return new() { Error = e.Message, Kind = e.Kind };
        }
        catch (Exception e) when (e is Linux.LinuxException or IOException or UnauthorizedAccessException or TimeoutException || ControllerApi.IsSilence(e, cancel))
        {
            log(e.ToString());
            return new() { Error = $"cannot do {request.Verb} of {request.Machine ?? paths.Name}: {e.Message}" };
        }
    }

    private async Task<LabReply> ChangeAsync(LabRequest request, CancellationToken cancel)
    {
        switch (request.Verb)
        {
            case LabVerb.NodeStart: await StartAsync(Node(request), cancel); break;
            case LabVerb.NodeStop: await Node(request).StopAsync(kill: false); break;
            case LabVerb.NodeKill: await Node(request).StopAsync(kill: true); break;
            case LabVerb.NodeWipe: await Node(request).WipeAsync(); break;
            case LabVerb.LinkUp: Links(request).SetCarrier(request.Link ?? "", up: true); break;
            case LabVerb.LinkDown: Links(request).SetCarrier(request.Link ?? "", up: false); break;
            case LabVerb.ControllerStart: await StartAsync(Controller(request), cancel); break;
            case LabVerb.ControllerStop: await Controller(request).StopAsync(); break;
            case LabVerb.ControllerKill: await Controller(request).KillAsync(); break;
            case LabVerb.Stop: await StopAsync(kill: true); break;
            default: throw new LabException($"cannot do {request.Verb}: this supervisor is of another version; run g8os lab down and up");
        }
        return new();
    }

    private async Task StartAsync(ControllerHost controller, CancellationToken cancel)
    {
        controller.Start();
        await controller.ReadyAsync(cancel);
        if (controller.Api is null)
            await LoginAsync(controller);
    }

    private NodeHost Node(LabRequest request) =>
        nodes.FirstOrDefault(node => node.Name == request.Machine) ?? throw Unknown("node", request.Machine, nodes.Select(node => node.Name));

    private LabTarget Target(LabRequest request)
    {
        var name = request.Machine ?? "";
        if (nodes.FirstOrDefault(node => node.Name == name) is { } found)
            return found.Target;
        var net = segments.GetValueOrDefault(name)?.Net ?? controllers.FirstOrDefault(controller => controller.Name == name)?.Net
            ?? throw Unknown("node, segment or controller", name, [.. nodes.Select(node => node.Name), .. segments.Keys, .. controllers.Select(controller => controller.Name)]);
        // The lab's own cgroup: what a visitor leaves behind ends with the lab.
        return new(0, cgroups.Roots.Select(root => $"{root}/{LabCgroups.Own(paths.Name)}/cgroup.procs").ToValues(), net);
    }

    private ControllerHost Controller(LabRequest request) =>
        controllers.FirstOrDefault(controller => controller.Name == request.Machine)
        ?? throw Unknown("controller", request.Machine, controllers.Select(controller => controller.Name));

    private MachineLinks Links(LabRequest request) =>
        nodes.FirstOrDefault(node => node.Name == request.Machine)?.Links
        ?? controllers.FirstOrDefault(controller => controller.Name == request.Machine)?.Links
        ?? throw Unknown("machine", request.Machine, nodes.Select(node => node.Name).Concat(controllers.Select(controller => controller.Name)));

    private LabException Unknown(string kind, string? name, IEnumerable<string> known) =>
        new($"cannot find {kind} {name} in lab {paths.Name}: there is {string.Join(", ", known.DefaultIfEmpty("none"))}", LabErrorKind.NotFound);

    private LabLogin Login() => controllers is [{ Login: { } login } first, ..]
        ? new(paths.Name, first.Url, login.Pin, login.Token, new(nodes.ToDictionary(node => node.Name,
            node => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Port}")), StringComparer.Ordinal))
        : throw new LabException($"cannot log in to lab {paths.Name}: its controller has not answered yet", LabErrorKind.NotReady);

    private async Task<LabStatus> StatusAsync(CancellationToken cancel)
    {
        var said = await views.LatestAsync(cancel);
        return new()
        {
            Name = paths.Name,
            State = state,
            Message = message,
            File = record.File,
            Directory = paths.Directory,
            SshKey = paths.SshKey,
            Supervisor = Environment.ProcessId,
            Segments = lab.Segments.Where(segment => segments.ContainsKey(segment.Name)).Select(segment => segments[segment.Name].Status).ToValues(),
            Controllers = controllers.Select(controller => controller.Status).ToValues(),
            Nodes = nodes.Select(node => node.Status(View(said, node))).ToValues(),
        };
    }

    private static NodeView? View(IReadOnlyList<NodeView> said, NodeHost node) => LabViews.Of(said, LabMac.Of(node.Name, 0));
}

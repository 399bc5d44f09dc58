using System.Text.RegularExpressions;
using G8os.Lab.Control;
using G8os.Linux.Processes;
using G8os.Model.Wire;

namespace G8os.Lab.Serve;

/// <summary>A controller at work: the real program in a namespace on its segments. The namespace stays when the program is stopped.</summary>
internal sealed partial class ControllerHost : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LabController controller;
    private readonly LabPaths paths;
    private readonly IReadOnlyList<string> command;
    private readonly LabNet net = new();
    private readonly MachineLinks links;
    private readonly Relay api;
    private readonly Relay plain;
    private readonly string program;
    private LabProcess? process;
    private ControllerApi? operators;
    private string waiting = "it was not started";
    private bool ready;
    private bool wanted;

    public ControllerHost(LabFile lab, LabController controller, LabPaths paths, LabPrograms programs, IReadOnlyDictionary<string, SegmentHost> segments, LabPorts ports)
    {
        (this.controller, this.paths, program) = (controller, paths, programs.Controller);
        links = new(controller.Name, [.. controller.On.Select(on => segments[on.Segment])], [.. controller.On.Select(on => on.Segment)],
            [.. controller.On.Select(on => on.Address.ToString())]);
        links.Plug(net);
        for (var index = 0; index < controller.On.Count; index++)
            net.Configure($"eth{index}", controller.On[index].Address.Address, controller.On[index].Address.Length);
        command = [.. net.Enter, program, .. LabDrawing.Controller(lab, controller, paths)];
        api = ports.Relay(controller.Name, Routes.ApiPort, net.Socket);
        plain = ports.Relay(controller.Name, Routes.PlainPort, net.Socket);
    }

    public string Name => controller.Name;
    public string Url => $"https://127.0.0.1:{api.Port}";
    public MachineLinks Links => links;
    /// <summary>The path of its network namespace.</summary>
    public string Net => net.Path;
    /// <summary>Its operator API; null before <see cref="LoginAsync"/>.</summary>
    public ControllerApi? Api => operators;
    public ControllerLogin? Login { get; private set; }

    /// <summary>Starts the program; it is ready when <see cref="ReadyAsync"/> says so.</summary>
    public void Start()
    {
        if (process is { Running: true })
            return;
        process?.Dispose();
        LabPaths.MakePrivate(paths.ControllerData(Name));
        (wanted, ready, waiting) = (true, false, "it does not answer yet");
        process = LabProcess.Start(command, paths.ControllerLog(Name), Environment);
    }

    /// <summary>Waits until it answers.</summary>
    /// <exception cref="LabException">It ended, or did not answer in time.</exception>
    public async Task ReadyAsync(CancellationToken cancel)
    {
        var deadline = System.Environment.TickCount64 + (long)LabLimits.ControllerReady.TotalMilliseconds;
        while (!await ControllerApi.AnswersAsync(Url, cancel))
        {
            if (process is not { Running: true })
                throw Fault($"it ended with {(process is null ? "nothing" : (await process.Exited).ToString())}");
            if (System.Environment.TickCount64 > deadline)
                throw Fault($"it did not answer within {LabLimits.ControllerReady.TotalSeconds:0} s");
            await Task.Delay(Pause, cancel);
        }
        (ready, waiting) = (true, "");
    }

    /// <summary>Opens the operator API: with an earlier login when it is still good, else with a new one from the controller itself.</summary>
    public async Task<ControllerLogin> LoginAsync(ControllerLogin? known, CancellationToken cancel)
    {
        var login = known ?? LoginLink();
        operators?.Dispose();
        operators = await ControllerApi.OpenAsync(Url, login.Pin, login.Token, cancel);
        try
        {
            await operators.WhoAmIAsync(cancel);
        }
        catch (LabException e) when (e.Kind == LabErrorKind.NotReady && known is not null)
        {
            return await LoginAsync(null, cancel);
        }
        Login = login;
        return login;
    }

    private ControllerLogin LoginLink()
    {
        // The answer holds a token: it goes through memory, into no log.
        var (status, output) = ChildProcess.Run(["env", .. Environment, program, "login-link", "--data", paths.ControllerData(Name), "--url", Url]);
        var match = LoginString().Match(output);
        return status.Success && match.Success
            ? new(match.Groups["pin"].Value, Uri.UnescapeDataString(match.Groups["token"].Value))
            : throw Fault($"login-link ended with {status}{(match.Success ? "" : " and printed no login string")}");
    }

    /// <summary>https://127.0.0.1:40001#pin=sha256:…&amp;token=…</summary>
    [GeneratedRegex(@"https://[^\s#]+#pin=(?<pin>sha256:[0-9a-f]{64})&token=(?<token>[^\s&]+)", RegexOptions.CultureInvariant)]
    private static partial Regex LoginString();

    private LabException Fault(string reason)
    {
        var line = LabProcess.LastLine(paths.ControllerLog(Name));
        waiting = line.Length > 0 ? $"{reason}; its last line: {line}" : reason;
        return new($"cannot start controller {Name}: {waiting}; see {paths.ControllerLog(Name)}");
    }

    public async Task StopAsync()
    {
        (wanted, ready, waiting) = (false, false, "it was stopped");
        if (process is { } running)
            await running.StopAsync(running.Pid, LabLimits.ControllerStopSeconds);
    }

    public async Task KillAsync()
    {
        (wanted, ready, waiting) = (false, false, "it was killed");
        if (process is { } running)
            await running.KillAsync(running.Pid);
    }

    private static IReadOnlyList<string> Environment =>
    [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
        .. LabDoctor.DotnetRoot() is { } root ? [$"DOTNET_ROOT={root}"] : Array.Empty<string>(),
    ];

    public ControllerStatus Status
    {
        get
        {
            var running = process is { Running: true };
            return new()
            {
                Name = Name,
                State = running ? (ready ? MachineState.Running : MachineState.Starting) : wanted ? MachineState.Exited : MachineState.Stopped,
                Pid = running ? process!.Pid : null,
                Ready = running && ready,
                Url = Url,
                PlainUrl = $"http://127.0.0.1:{plain.Port}",
                Pin = Login?.Pin,
                Links = links.Status,
                Waiting = running || !wanted || waiting.Length > 0 ? waiting : "it has ended by itself",
                Log = paths.ControllerLog(Name),
            };
        }
    }

    public void Dispose()
    {
        api.Dispose();
        plain.Dispose();
        process?.Dispose();
        operators?.Dispose();
        links.Unplug();
        net.Dispose();
    }
}

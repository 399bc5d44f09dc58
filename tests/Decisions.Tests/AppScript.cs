using System.Globalization;
using System.Text;
using G8os.Decisions.Apps;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Tests;

/// <summary>
/// The lives of a node's apps told in lines, as <see cref="Script"/> does for the boot. Lines that begin with &gt; are what happens; all others are what
/// the machine does. Words about a container mean the present one.
/// </summary>
internal sealed class AppScript
{
    private readonly StringBuilder told = new();
    private readonly List<string> installed = [];
    private Values<AppSpec> wanted = [];
    private AppsState state = new();
    private long now = 1_000;

    public static string Play(string text)
    {
        var script = new AppScript();
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()))
            if (line.Length == 0 || line[0] == '#')
                script.told.AppendLine(line);
            else if (line[0] == '>')
            {
                script.told.AppendLine(line);
                script.Do(line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        return script.told.ToString().TrimEnd() + "\n";
    }

    private void Do(string[] words)
    {
        switch (words)
        {
            case ["app", var name, var sandbox, .. var more]: Want(Spec(name, sandbox, more)); break;
            case ["no", "app", var name]: wanted = wanted.Where(spec => spec.Name != name).ToValues(); break;
            case ["manifest"]: Step(new AppsWanted(wanted) { At = now }); break;
            case ["start"]: Start(wanted, []); break;
            case ["start", "without", "manifest"]: Start(null, []); break;
            case ["installed", var name]: installed.Add(name); break;
            case ["new", "core", .. var gone]: Start(wanted, gone); break;
            case ["power", "cut"]: PowerCut(); break;
            case ["wait"]: Tick(); break;
            case ["wait", var seconds]: Pass((long)(double.Parse(seconds, CultureInfo.InvariantCulture) * 1_000), well: false); break;
            case ["well", var seconds]: Pass((long)(double.Parse(seconds, CultureInfo.InvariantCulture) * 1_000), well: true); break;
            case ["show"]: Show(); break;
            default: Step(Event(words)); break;
        }
    }

    private void Want(AppSpec spec) => wanted = wanted.Where(old => old.Name != spec.Name).Append(spec).ToValues();

    private static AppSpec Spec(string name, string sandbox, string[] more)
    {
        var spec = new AppSpec { Name = name, Sandbox = sandbox, Process = new ProcessSpec { Exec = "/bin/" + name } };
        foreach (var word in more.Select(word => word.Split('=')))
            spec = word switch
            {
                ["after", var other] => spec with { After = spec.After.With(other) },
                ["port", var port] => spec with { Ports = spec.Ports.With(int.Parse(port, CultureInfo.InvariantCulture)) },
                ["http", var port] => spec with { Health = spec.Health.With(new HealthCheck { Kind = "http", Port = int.Parse(port, CultureInfo.InvariantCulture) }) },
                ["tcp", var port] => spec with { Health = spec.Health.With(new HealthCheck { Kind = "tcp", Port = int.Parse(port, CultureInfo.InvariantCulture), Every = 2_000, Down = 2 }) },
                ["limit", var limit] => spec with { Restart = new RestartSpec { Limit = int.Parse(limit, CultureInfo.InvariantCulture) } },
                ["grace", var grace] => spec with { Restart = new RestartSpec { Grace = int.Parse(grace, CultureInfo.InvariantCulture) } },
                ["stop", var stop] => spec with { Stop = new StopSpec { Timeout = int.Parse(stop, CultureInfo.InvariantCulture) } },
                ["arg", var arg] => spec with { Process = spec.Process with { Args = spec.Process.Args.With(arg) } },
                _ => throw new FormatException($"the script says what nobody understands: {string.Join('=', word)}"),
            };
        return spec;
    }

    private AppsHappened Event(string[] words) => words switch
    {
        ["complete", var sandbox] => new SandboxSeen(sandbox, true, "") { At = now },
        ["incomplete", var sandbox, .. var reason] => new SandboxSeen(sandbox, false, string.Join(' ', reason)) { At = now },
        ["started", var name] => new ContainerStarted(Attempt(name)) { Name = name, At = now },
        ["not", "started", var name, .. var reason] => new ContainerFailed(Attempt(name), string.Join(' ', reason)) { Name = name, At = now },
        ["ended", var name, .. var reason] => new ContainerEnded(Attempt(name), string.Join(' ', reason)) { Name = name, At = now },
        ["an", "earlier", var name, "ended"] => new ContainerEnded(Attempt(name) - 1, "exit code 0") { Name = name, At = now },
        ["pass", var name] => new CheckAnswered(Attempt(name), 0, "") { Name = name, At = now },
        ["fail", var name, .. var reason] => new CheckAnswered(Attempt(name), 0, string.Join(' ', reason)) { Name = name, At = now },
        ["edited", var name] => new DriftSeen(Attempt(name), Drift.Bundle, "config.json was edited") { Name = name, At = now },
        ["gone", var name] => new DriftSeen(Attempt(name), Drift.Container, "runc does not know it any more") { Name = name, At = now },
        ["uninstalled", var name] => new Uninstalled { Name = name, At = now },
        ["not", "uninstalled", var name, .. var reason] => new UninstallFailed(string.Join(' ', reason)) { Name = name, At = now },
        _ => throw new FormatException($"the script says what nobody understands: {string.Join(' ', words)}"),
    };

    private long Attempt(string name) => state.Lives.Find(name)!.Attempt;

    /// <summary>A core starts; with words before it, apps of which no container runs any more.</summary>
    private void Start(Values<AppSpec>? manifest, string[] gone)
    {
        var found = state.Lives.Items.Select(life => new AppFound
        {
            Name = life.Name,
            Before = life,
            Running = life.Stage is AppRunning or AppStopping or AppStarting && !gone.Contains(life.Name) ? life.Attempt : null,
            Ended = gone.Contains(life.Name) ? "signal 9" : "",
        });
        Begin(manifest, found.Concat(installed.Select(name => new AppFound { Name = name, Installed = true })).ToValues());
    }

    private void PowerCut()
    {
        var found = state.Lives.Items.Select(life => new AppFound { Name = life.Name, Installed = life.InForce is not null }).ToValues();
        Begin(wanted, found);
    }

    private void Begin(Values<AppSpec>? manifest, Values<AppFound> found)
    {
        (state, var effects) = AppsMachine.Start(new AppsStarted { At = now, Wanted = manifest, Found = found, Seed = 1 });
        Tell(effects);
    }

    private void Step(AppsHappened happened)
    {
        (state, var effects) = AppsMachine.Step(state, happened);
        Tell(effects);
    }

    private void Tick()
    {
        now = Math.Max(now, AppsMachine.NextDeadline(state)!.Value);
        Step(new AppsTicked { At = now });
    }

    /// <summary>Ticks at each deadline; answers each check that is asked when all is well, silently.</summary>
    private void Pass(long milliseconds, bool well)
    {
        var end = now + milliseconds;
        while (AppsMachine.NextDeadline(state) <= end)
        {
            now = Math.Max(now, AppsMachine.NextDeadline(state)!.Value);
            (state, var effects) = AppsMachine.Step(state, new AppsTicked { At = now });
            Tell(well ? [.. effects.Where(effect => effect is not RunCheck)] : effects);
            foreach (var check in effects.OfType<RunCheck>().Where(_ => well))
                Step(new CheckAnswered(check.Attempt, check.Check, "") { Name = check.Name, At = now });
        }
        now = end;
    }

    private void Show()
    {
        foreach (var life in state.Lives.Items)
        {
            var status = AppReport.Status(life, now, now);
            told.AppendLine(CultureInfo.InvariantCulture,
                $"{now / 1000.0,9:F3}   = {life.Name} {status.State} {(status.Ready ? "ready" : "not ready")}, {status.Sandbox}, restarts {status.Restarts}{(status.Reason.Length > 0 ? ": " + status.Reason : "")}");
        }
        told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000.0,9:F3}   = sandboxes {string.Join(' ', AppsPlanner.Sandboxes(state))}");
    }

    private void Tell(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
            told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000.0,9:F3}   {Words(effect)}");
    }

    private static string Words(Effect effect) => effect switch
    {
        Tell tell => $"{tell.What} ({tell.Evidence})",
        StartContainer one => $"-> start {one.Name} {one.Spec.Sandbox}, attempt {one.Attempt}",
        StopContainer one => $"-> stop {one.Name}",
        KillContainer one => $"-> kill {one.Name}",
        RestoreBundle one => $"-> write the bundle of {one.Name} again",
        RunCheck one => $"-> ask {one.Name} {one.Health.Kind} {one.Health.Port}",
        Uninstall one => $"-> uninstall {one.Name}",
        _ => throw new FormatException($"no words for {effect.GetType().Name}"),
    };
}

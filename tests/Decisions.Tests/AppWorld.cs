using G8os.Decisions.Apps;
using G8os.Model;
using G8os.Model.Apps;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>A node's edges, invented: answers late, fails, dies, is cut off; and watches that no law of the apps is broken.</summary>
internal sealed class AppWorld(int seed)
{
    private static readonly string[] Names = ["api", "db", "shop", "web"];
    private readonly Random random = new(seed);
    private readonly Dictionary<string, Queue<AppEffect>> queues = [];
    private readonly Dictionary<string, (long Attempt, AppSpec Spec)> containers = [];
    private readonly SortedSet<string> complete = new(StringComparer.Ordinal);
    private readonly SortedSet<string> data = new(StringComparer.Ordinal);
    private Values<AppSpec> wanted = [];
    private AppsState state = new();
    private long now = 1_000;
    private bool kind;

    public AppsState State => state;
    public Values<AppSpec> Wanted => wanted;
    public int Containers => containers.Count;
    public int Directories => data.Count;

    public void Begin() => Take(AppsMachine.Start(new AppsStarted { At = now, Wanted = wanted, Seed = (ulong)seed }));

    /// <summary>One random thing happens.</summary>
    public void Turn()
    {
        switch (random.Next(12))
        {
            case 0: NewManifest(); break;
            case 1: Fetch(); break;
            case 2: Die(); break;
            case 3 when random.Next(8) == 0: NewCore(); break;
            case 4 when random.Next(20) == 0: PowerCut(); break;
            case 5: Drift(); break;
            case 6 or 7: Tick(); break;
            default: Answer(); break;
        }
    }

    /// <summary>From now on everything works, and time passes until nothing happens any more.</summary>
    public void Calm()
    {
        kind = true;
        for (var turn = 0; turn < 20_000; turn++)
        {
            while (complete.Count < AppsPlanner.Sandboxes(state).Count && Missing() is { } sandbox)
                See(sandbox, true);
            if (queues.Values.Any(queue => queue.Count > 0))
                Answer();
            else if (state.Lives.Items.All(life => life.Stage is AppRunning && AppReport.Of(life).Ready) || AppsMachine.NextDeadline(state) is null)
                return;
            else
                Tick();
        }
    }

    private void NewManifest()
    {
        wanted = Names.Where(_ => random.Next(3) > 0).Select(Spec).ToValues();
        Step(new AppsWanted(wanted) { At = now });
    }

    private AppSpec Spec(string name) => new()
    {
        Name = name,
        Sandbox = $"{name}@{random.Next(3)}",
        Process = new ProcessSpec { Exec = "/bin/" + name },
        Health = random.Next(2) == 0 ? [] : [new HealthCheck { Kind = "tcp", Port = 80, Every = 2_000, Down = 2 }],
        After = name == "db" || random.Next(2) == 0 ? [] : ["db"],
        Restart = new RestartSpec { Limit = 0, Grace = 5_000 },
        Ports = random.Next(3) == 0 ? [80] : [],
    };

    private string? Missing() => AppsPlanner.Sandboxes(state).FirstOrDefault(sandbox => !complete.Contains(sandbox));

    private void Fetch()
    {
        if (Missing() is { } sandbox)
            See(sandbox, random.Next(3) > 0);
        else if (complete.Count > 0 && random.Next(4) == 0)
            See(complete.ElementAt(random.Next(complete.Count)), false);
    }

    private void See(string sandbox, bool ready)
    {
        if (ready)
            complete.Add(sandbox);
        else
            complete.Remove(sandbox);
        Step(new SandboxSeen(sandbox, ready, ready ? "" : "no controller has it") { At = now });
    }

    private void Die()
    {
        if (containers.Count == 0)
            return;
        var (name, container) = containers.ElementAt(random.Next(containers.Count));
        containers.Remove(name);
        Step(new ContainerEnded(container.Attempt, "signal 9") { Name = name, At = now });
    }

    private void Drift()
    {
        if (containers.Count == 0)
            return;
        var (name, container) = containers.ElementAt(random.Next(containers.Count));
        Step(new DriftSeen(container.Attempt, random.Next(2) == 0 ? Apps.Drift.Bundle : Apps.Drift.Container, "edited") { Name = name, At = now });
    }

    /// <summary>The core is killed and another one starts: what was asked for is forgotten, what runs is not touched.</summary>
    private void NewCore()
    {
        queues.Clear();
        complete.Clear();
        var before = containers.ToDictionary(container => container.Key, container => container.Value.Attempt);
        var found = state.Lives.Items.Select(life => new AppFound { Name = life.Name, Before = life, Running = before.TryGetValue(life.Name, out var attempt) ? attempt : null });
        var whole = state.Lives.Items.Where(life => life.Stage is AppRunning && before.ContainsKey(life.Name) && life.Order is { Spec: not null }).Select(life => life.Name).ToList();
        Take(AppsMachine.Start(new AppsStarted { At = now, Wanted = wanted, Found = found.ToValues(), Seed = (ulong)random.Next() }));
        Assert.DoesNotContain(queues.Values.SelectMany(queue => queue), effect => effect is not RunCheck && whole.Contains(effect.Name));
    }

    private void PowerCut()
    {
        queues.Clear();
        complete.Clear();
        containers.Clear();
        var found = data.Select(name => new AppFound { Name = name, Installed = true }).ToValues();
        Take(AppsMachine.Start(new AppsStarted { At = now, Wanted = wanted, Found = found, Seed = (ulong)random.Next() }));
    }

    private void Tick()
    {
        if (AppsMachine.NextDeadline(state) is not { } due)
            return;
        now = Math.Max(now, due);
        Step(new AppsTicked { At = now });
        Assert.True(AppsMachine.NextDeadline(state) is not { } next || next > now, "the machine wants to be woken again and again at the same moment");
    }

    /// <summary>Does the first thing that is asked for one service.</summary>
    private void Answer()
    {
        var busy = queues.Where(queue => queue.Value.Count > 0).Select(queue => queue.Value).ToList();
        if (busy.Count == 0)
            return;
        now += random.Next(500);
        var effect = busy[random.Next(busy.Count)].Dequeue();
        var well = kind || random.Next(4) > 0;
        switch (effect)
        {
            case StartContainer start: StartOne(start, well); break;
            case StopContainer stop when well: End(stop.Name, stop.Attempt, "exit code 0"); break;
            case KillContainer kill when well: End(kill.Name, kill.Attempt, "signal 9", always: true); break;
            case RunCheck check when well || random.Next(2) == 0:
                Step(new CheckAnswered(check.Attempt, check.Check, well ? "" : "connection refused") { Name = check.Name, At = now });
                break;
            case Uninstall uninstall:
                Assert.DoesNotContain(uninstall.Name, containers.Keys);
                if (well)
                    data.Remove(uninstall.Name);
                Step(well ? new Uninstalled { Name = uninstall.Name, At = now } : new UninstallFailed("busy") { Name = uninstall.Name, At = now });
                break;
        }
    }

    private void StartOne(StartContainer start, bool well)
    {
        Assert.DoesNotContain(start.Name, containers.Keys);
        data.Add(start.Name);
        if (well)
            containers[start.Name] = (start.Attempt, start.Spec);
        Step(well ? new ContainerStarted(start.Attempt) { Name = start.Name, At = now } : new ContainerFailed(start.Attempt, "no such file") { Name = start.Name, At = now });
    }

    private void End(string name, long attempt, string reason, bool always = false)
    {
        var ran = containers.TryGetValue(name, out var container) && container.Attempt == attempt;
        if (ran)
            containers.Remove(name);
        if (ran || always)
            Step(new ContainerEnded(attempt, reason) { Name = name, At = now });
    }

    private void Step(AppsHappened happened) => Take(AppsMachine.Step(state, happened));

    private void Take((AppsState State, IReadOnlyList<Effect> Effects) next)
    {
        var before = state;
        state = next.State;
        complete.IntersectWith(AppsPlanner.Sandboxes(state));
        foreach (var effect in next.Effects.OfType<AppEffect>())
        {
            if (effect is StartContainer start)
                Assert.Contains(start.Spec.Sandbox, complete);
            if (effect is StopContainer stop && wanted.All(spec => spec.Name != stop.Name))
                Assert.DoesNotContain(before.Lives.Items, other => other is { Stage: AppRunning, InForce: { } spec } && spec.After.Contains(stop.Name)
                    && wanted.All(one => one.Name != other.Name) && state.Lives.Find(other.Name)?.Stage is AppRunning);
            if (!queues.TryGetValue(effect.Name, out var queue))
                queues[effect.Name] = queue = new Queue<AppEffect>();
            queue.Enqueue(effect);
        }
    }
}

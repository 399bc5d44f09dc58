using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using G8os.Lab.Control;
using G8os.Lab.Inside;
using G8os.Lab.Serve;
using G8os.Linux.Files;
using G8os.Model;

namespace G8os.Lab.Verbs;

/// <summary>The command <c>g8os lab</c>. Faults are printed as one sentence to standard error; the exit codes are those of <see cref="LabExit"/>.</summary>
public static class LabVerbs
{
    private static readonly Option<string?> Name = new("--name", "-n") { Description = "The lab's name; the only lab of this machine, or default, when it is left out" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    /// <summary>Makes the command with all its verbs.</summary>
    /// <param name="save">Called by <c>lab up</c> with the way into the lab's grid: saves it as a context named after the lab.</param>
    /// <param name="forget">Called by <c>lab down</c> with the lab's name: removes that context.</param>
    /// <param name="examples">Hears each verb's examples, whole command lines, for --help.</param>
    public static Command Create(Func<LabLogin, Task>? save = null, Func<string, Task>? forget = null, Action<Command, Values<string>>? examples = null)
    {
        Command With(Command verb, params ReadOnlySpan<string> lines)
        {
            examples?.Invoke(verb, Values.Create(lines));
            return verb;
        }
        return With(new("lab", "A whole grid on this machine, drawn in a file")
        {
            With(Up(save), "g8os lab up lab/examples/three.toml", "g8os lab up site.toml --name gent --timeout 10m"),
            With(Status(), "g8os lab status", "g8os lab status --name gent --json"),
            With(LabMachineVerbs.Exec(Name), "g8os lab exec node-1 -- ip address", "g8os lab exec node-1 -- bash", "g8os lab exec site -- ip neighbour"),
            With(Down(forget), "g8os lab down", "g8os lab down --name gent", "g8os lab down --all"),
            With(List(), "g8os lab ls", "g8os lab ls --json"),
            With(LabMachineVerbs.Node(Name), "g8os lab node kill node-1", "g8os lab node start node-1"),
            With(LabMachineVerbs.Link(Name), "g8os lab link down node-2 eth1", "g8os lab link up node-2 eth1"),
            With(LabMachineVerbs.Controller(Name), "g8os lab controller stop ac1", "g8os lab controller start ac1"),
            With(Doctor(), "g8os lab doctor"),
            Serve(),
            NodeRootVerb(),
        }, "g8os lab up lab/examples/three.toml", "g8os lab status", "g8os lab down");
    }

    private static Command Up(Func<LabLogin, Task>? save)
    {
        var file = new Argument<string>("FILE.toml") { Description = "The drawing: segments, controllers, nodes" };
        var name = new Option<string?>("--name", "-n") { Description = "The lab's name; the file's own, or default, when it is left out" };
        var timeout = new Option<string>("--timeout") { Description = "How long the nodes may take: 90s, 4m, 1h", DefaultValueFactory = _ => "4m" };
        var noWait = new Option<bool>("--no-wait") { Description = "Return as soon as all nodes are switched on" };
        var up = new Command("up", "Draw a lab and wait until all its nodes are managed") { file, name, timeout, noWait };
        up.SetAction((parsed, cancel) => GuardAsync(parsed, async () =>
        {
            if (Time(parsed.GetRequiredValue(timeout)) is not { } limit)
                return Usage(parsed, $"bad --timeout \"{parsed.GetValue(timeout)}\": expected a time like 90s, 4m or 1h");
            if (parsed.GetValue(name) is { } given && !LabFile.IsName(given))
                return Usage(parsed, $"bad --name \"{given}\": 1 to {LabFile.MaxNameLength} of a-z, 0-9 and -");
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var live = output == Console.Out && !Console.IsOutputRedirected;
            return await new LabUp(output, error, live, parsed.GetValue(noWait)).RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(name), limit, save, cancel);
        }));
        return up;
    }

    private static int Usage(ParseResult parsed, string fault)
    {
        parsed.InvocationConfiguration.Error.WriteLine($"g8os: {fault}");
        return LabExit.Usage;
    }

    /// <summary>"90s", "4m", "1h", at most a day; null for anything else.</summary>
    internal static TimeSpan? Time(string text)
    {
        var unit = text.Length > 1 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        return int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && (long)count * unit is > 0 and <= 86_400 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static Command Status()
    {
        var status = new Command("status", "Show a lab: its nodes, what they wait for, and how to reach them") { Name, Json };
        status.SetAction((parsed, cancel) => GuardAsync(parsed, async () =>
        {
            using var client = await LabClient.ConnectAsync(Paths(parsed.GetValue(Name)), cancel);
            var seen = await client.StatusAsync(cancel);
            if (parsed.GetValue(Json))
                await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(seen, LabJson.Default.LabStatus));
            else
                LabTable.Write(parsed.InvocationConfiguration.Output, seen);
            return LabExit.Ok;
        }));
        return status;
    }

    private static Command Down(Func<string, Task>? forget)
    {
        var all = new Option<bool>("--all") { Description = "Remove every lab of this machine" };
        var down = new Command("down", "Stop a lab and remove every trace of it: processes, namespaces, cgroups, disks") { Name, all };
        down.SetAction((parsed, cancel) => GuardAsync(parsed, async () =>
        {
            var labs = parsed.GetValue(all) ? LabStarter.All() : [Paths(parsed.GetValue(Name))];
            foreach (var paths in labs)
            {
                var there = Directory.Exists(paths.Directory);
                // Also when there is no directory: processes and cgroups of it may have outlived one that was removed by hand.
                await LabStarter.RemoveAsync(paths, cancel);
                if (forget is not null)
                    await forget(paths.Name);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(there ? $"lab {paths.Name} is gone" : $"lab {paths.Name} was not up");
            }
            return LabExit.Ok;
        }));
        return down;
    }

    private static Command List()
    {
        var list = new Command("ls", "List the labs of this machine") { Json };
        list.SetAction((parsed, cancel) => GuardAsync(parsed, async () =>
        {
            var labs = new List<LabSummary>();
            foreach (var paths in LabStarter.All())
                labs.Add(await SummaryAsync(paths, cancel));
            if (parsed.GetValue(Json))
                await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(labs, LabJson.Default.ListLabSummary));
            else
                LabTable.Write(parsed.InvocationConfiguration.Output, labs);
            return LabExit.Ok;
        }));
        return list;
    }

    private static async Task<LabSummary> SummaryAsync(LabPaths paths, CancellationToken cancel)
    {
        using var client = await LabClient.TryConnectAsync(paths, cancel);
        if (client is null)
            return new(paths.Name, "dead", 0, 0, File.Exists(paths.Record) ? LabRecord.Read(paths).File : "", paths.Directory);
        var status = await client.StatusAsync(cancel);
        return new(paths.Name, status.State.ToString().ToLowerInvariant(), status.Nodes.Count, status.Nodes.Count(node => node.Phase == "managed"), status.File, paths.Directory);
    }

    private static Command Doctor()
    {
        var doctor = new Command("doctor", "Say what this machine lacks to draw a lab, and the remedy");
        doctor.SetAction(parsed =>
        {
            var problems = LabDoctor.Check();
            parsed.InvocationConfiguration.Output.WriteLine(LabDoctor.Report(problems));
            return problems.Count == 0 ? LabExit.Ok : LabExit.Failed;
        });
        return doctor;
    }

    private static Command Serve()
    {
        var directory = new Argument<string>("DIRECTORY");
        var serve = new Command("serve", "Be the supervisor of a lab; started by lab up") { directory };
        serve.Hidden = true;
        serve.SetAction((parsed, _) => LabServer.ServeAsync(parsed.GetRequiredValue(directory)));
        return serve;
    }

    private static Command NodeRootVerb()
    {
        var spec = new Argument<string>("SPEC.json");
        var root = new Command("node-root", "Put a node's root together and become its pid 1; started by the supervisor") { spec };
        root.Hidden = true;
        root.SetAction(parsed => NodeRoot.Become(parsed.GetRequiredValue(spec)));
        return root;
    }

    /// <summary>The lab that is meant: the named one, else the only one, else the default one.</summary>
    internal static LabPaths Paths(string? name)
    {
        if (name is not null)
            return LabFile.IsName(name) ? LabPaths.Of(name) : throw new LabException($"bad --name \"{name}\": 1 to {LabFile.MaxNameLength} of a-z, 0-9 and -");
        var all = LabStarter.All();
        if (all.Count == 1)
            return all[0];
        return all.Count > 1 && all.All(paths => paths.Name != LabFile.DefaultName)
            ? throw new LabException($"which lab is meant? add --name, one of: {string.Join(", ", all.Select(paths => paths.Name))}", LabErrorKind.NotFound)
            : LabPaths.Of(LabFile.DefaultName);
    }

    /// <summary>Runs a verb; its faults become one sentence and an exit code.</summary>
    internal static async Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (LabException e)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"g8os: {e.Message}");
            return LabExit.Of(e.Kind);
        }
        catch (Exception e) when (e is Linux.LinuxException or IOException or UnauthorizedAccessException)
        {
            var root = Environment.IsPrivilegedProcess ? "" : " (a lab needs root: run it with sudo)";
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"g8os: {DiskFault.Say(e) ?? e.Message}{root}");
            return LabExit.Failed;
        }
    }
}

using System.CommandLine;
using G8os.Lab.Control;
using G8os.Lab.Serve;
using G8os.Linux.Processes;

namespace G8os.Lab.Verbs;

/// <summary>The verbs that are done to one machine of a lab: a visitor's command, power, cables.</summary>
internal static class LabMachineVerbs
{
    /// <summary>What a visitor keeps of its environment: how its terminal is.</summary>
    private static readonly string[] Kept = ["TERM", "COLORTERM", "LANG"];
    private const string Path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static Command Exec(Option<string?> name)
    {
        var node = new Argument<string>("NODE") { Description = "The node to enter, or a segment or controller, of which only the network is entered" };
        var command = new Argument<string[]>("CMD") { Description = "The command, after --", Arity = ArgumentArity.OneOrMore };
        var exec = new Command("exec", "Run a command inside a node, without its controller, or on a wire: a screwdriver, not an operator's tool") { node, command, name };
        exec.SetAction((parsed, cancel) => LabVerbs.GuardAsync(parsed, async () =>
        {
            var reply = await AskAsync(parsed.GetValue(name), new(LabVerb.Target, parsed.GetRequiredValue(node)), cancel);
            Visit(reply.Target!, parsed.GetRequiredValue(command));
            return LabExit.Failed;
        }));
        return exec;
    }

    /// <summary>Becomes the command: standard streams, signals and the exit code are its own from here on.</summary>
    private static void Visit(LabTarget target, IReadOnlyList<string> command)
    {
        try
        {
            foreach (var file in target.Cgroups)
                File.WriteAllText(file, "0");
        }
        catch (IOException e)
        {
            throw new LabException($"cannot go in: it has just gone ({e.Message})", LabErrorKind.NotReady, e);
        }
        var kept = Kept.Where(name => Environment.GetEnvironmentVariable(name) is not null).Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}");
        Spawner.Become(LabLaunch.Visit(target, command), [Path, "HOME=/root", .. kept]);
    }

    public static Command Node(Option<string?> name) => new("node", "Switch a node on and off, or make it a new machine")
    {
        Power(name, "start", LabVerb.NodeStart, "NODE", "Switch a node on"),
        Power(name, "stop", LabVerb.NodeStop, "NODE", "Shut a node down: SIGTERM to its pid 1"),
        Power(name, "kill", LabVerb.NodeKill, "NODE", "Pull a node's plug: SIGKILL to its pid 1"),
        Power(name, "wipe", LabVerb.NodeWipe, "NODE", "Pull the plug and empty the node's disk and medium"),
    };

    public static Command Controller(Option<string?> name) => new("controller", "Start and stop a controller; its data stays")
    {
        Power(name, "start", LabVerb.ControllerStart, "CONTROLLER", "Start a controller and wait until it answers"),
        Power(name, "stop", LabVerb.ControllerStop, "CONTROLLER", "Stop a controller"),
        Power(name, "kill", LabVerb.ControllerKill, "CONTROLLER", "Kill a controller with SIGKILL"),
    };

    public static Command Link(Option<string?> name) => new("link", "Pull a cable of a machine and put it in again")
    {
        Cable(name, "down", LabVerb.LinkDown, "Take the carrier of a link away"),
        Cable(name, "up", LabVerb.LinkUp, "Give the carrier of a link back"),
    };

    private static Command Power(Option<string?> name, string word, LabVerb verb, string kind, string description)
    {
        var machine = new Argument<string>(kind);
        var power = new Command(word, description) { machine, name };
        power.SetAction((parsed, cancel) => LabVerbs.GuardAsync(parsed, async () =>
        {
            await AskAsync(parsed.GetValue(name), new(verb, parsed.GetRequiredValue(machine)), cancel);
            return LabExit.Ok;
        }));
        return power;
    }

    private static Command Cable(Option<string?> name, string word, LabVerb verb, string description)
    {
        var machine = new Argument<string>("MACHINE") { Description = "A node or controller" };
        var link = new Argument<string>("LINK") { Description = "eth0, eth1, …" };
        var cable = new Command(word, description) { machine, link, name };
        cable.SetAction((parsed, cancel) => LabVerbs.GuardAsync(parsed, async () =>
        {
            await AskAsync(parsed.GetValue(name), new(verb, parsed.GetRequiredValue(machine), parsed.GetRequiredValue(link)), cancel);
            return LabExit.Ok;
        }));
        return cable;
    }

    private static async Task<LabReply> AskAsync(string? name, LabRequest request, CancellationToken cancel)
    {
        using var client = await LabClient.ConnectAsync(LabVerbs.Paths(name), cancel);
        return await client.AskAsync(request, cancel);
    }
}

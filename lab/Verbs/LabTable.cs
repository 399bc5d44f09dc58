using System.Globalization;
using G8os.Lab.Control;

namespace G8os.Lab.Verbs;

/// <summary>Labs as text: plain columns, so that they are the same on a terminal and in a file.</summary>
internal static class LabTable
{
    private const int WaitingMax = 100;

    /// <summary>The table of nodes, and what reaches the lab from outside.</summary>
    public static void Write(TextWriter output, LabStatus status)
    {
        output.WriteLine($"lab {status.Name}: {status.State.ToString().ToLowerInvariant()}{(status.Message.Length > 0 ? $", {status.Message}" : "")}");
        output.WriteLine();
        Columns(output, ["NODE", "PHASE", "UPLINK", "CANDIDATE", "ADDRESS", "SSH", "APPS", "WAITS FOR"],
            status.Nodes.Select(node => new[] { node.Name, Phase(node), node.Uplink, node.Candidate, node.Address, Local(node.SshPort), Apps(node), Short(node.Waiting) }));
        output.WriteLine();
        Columns(output, ["CONTROLLER", "STATE", "API", "ADDRESSES", "WAITS FOR"],
            status.Controllers.Select(controller => new[]
            {
                controller.Name, controller.State.ToString().ToLowerInvariant(), controller.Url,
                string.Join(' ', controller.Links.Select(link => $"{link.Address}@{link.Segment}{(link.Up ? "" : " (no carrier)")}")), Short(controller.Waiting),
            }));
    }

    /// <summary>The labs of this machine.</summary>
    public static void Write(TextWriter output, IReadOnlyList<LabSummary> labs)
    {
        if (labs.Count == 0)
            output.WriteLine("no lab is up; g8os lab up lab/examples/three.toml draws one");
        else
            Columns(output, ["LAB", "STATE", "MANAGED", "FILE"],
                labs.Select(lab => new[] { lab.Name, lab.State, string.Create(CultureInfo.InvariantCulture, $"{lab.Managed}/{lab.Nodes}"), lab.File }));
    }

    /// <summary>What can be typed now.</summary>
    public static void WriteNext(TextWriter output, LabStatus status)
    {
        var name = status.Name == LabFile.DefaultName ? "" : $" --name {status.Name}";
        var node = status.Nodes.FirstOrDefault(node => node.Phase == "managed");
        output.WriteLine();
        output.WriteLine("next:");
        output.WriteLine("  ./g8os status");
        if (node is not null)
        {
            output.WriteLine($"  ./g8os exec --on {node.Name} -- uname -a");
            output.WriteLine($"  ./g8os ssh {node.Name}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ssh -i {status.SshKey} -p {node.SshPort} root@127.0.0.1"));
            output.WriteLine($"  ./g8os lab exec{name} {node.Name} -- ip address");
        }
        output.WriteLine($"  ./g8os lab down{name}");
    }

    /// <summary>One line of a node's progress.</summary>
    public static string Progress(NodeStatus node) =>
        string.Join("  ", new[] { $"{node.Name,-12}", $"{Phase(node),-10}", $"{node.Uplink} {node.Candidate} {node.Address}".Trim(), Short(node.Waiting) }.Where(part => part.Length > 0)).TrimEnd();

    public static string Phase(NodeStatus node) => node.State switch
    {
        MachineState.Running when node.Phase.Length > 0 => node.Phase,
        MachineState.Running => node.Enrolment is "pending" or "enrolled" ? node.Enrolment : "booting",
        var state => state.ToString().ToLowerInvariant(),
    };

    private static string Apps(NodeStatus node) =>
        string.Join(' ', node.Published.Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{Local(port.Local)}")));

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    public static string Short(string text) => text.Length <= WaitingMax ? text : text[..(WaitingMax - 1)] + "…";

    private static void Columns(TextWriter output, string[] titles, IEnumerable<string[]> rows)
    {
        string[][] all = [titles, .. rows];
        var widths = titles.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + 2))).TrimEnd());
    }
}

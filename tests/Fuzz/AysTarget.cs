using System.Text;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Robot;

namespace G8os.Fuzz;

/// <summary>
/// An AYS repository in one input: a line <c>#file PATH</c> begins a file, what stands before the first is blueprints/a.yaml. Never throws, a grid
/// or errors but not both, errors that a terminal can show, the same result in whichever order files come, and a grid that holds together.
/// </summary>
internal static class AysTarget
{
    private const int MaxMessage = 2000;
    private static readonly byte[] FileMark = [.. "\n#file "u8];

    private static readonly AysSurroundings Known = new()
    {
        Sandboxes = Table<Values<string>>.Empty.With("hello", ["1.0", "1.1"]).With("os-tools", ["1.0"]),
        Addresses = Table<string>.Empty.With("n-1", "192.0.2.1"),
    };

    public static readonly string[] Words =
    [
        "\n#file ays.yaml\n", "\n#file blueprints/b.yml\n", "\n---\n", "kind: node\n", "kind: app\n", "kind: template\n", "name: ", "n-1", "hello", "id: ", "macs: ", "labels: ",
        "sandboxes: ", "node: ", "nodes: ", "sandbox: ", "hello@1.0", "process: ", "exec: ", "args: ", "env: ", "user: ", "directory: ", "ports: ", "consumes: ", "ref: ",
        "wait: ready", "health: ", "http: ", "tcp: ", "port: ", "path: ", "every: ", "timeout: ", "down: ", "restart: ", "first: ", "max: ", "limit: 5/10m", "grace: ", "stop: ",
        "resources: ", "memory: 64MiB", "cpu: 0.5", "processes: ", "update: ", "canary: ", "batch: ", "min_healthy: ", "healthy_deadline: ", "rollback: off", "container: ", "vm: ",
        "place: ", "apply: approve", "defaults: ", "${node.name}", "${consumes.db.port}", "$${", "${", "}", "\"", "'", "|\n", ">-\n", "- ", "? ", ": ", "[", "]", "{", "}", ",", "&a ",
        "*a", "!!str ", "<<: ", "#", "\t", "\r\n", "\n", "%YAML 1.2\n", "...\n", "~", "null", "\\x00", "\\ud800", "\ufeff", "\u0085", "\u2028", "10s", "9999999999999999999", "1e3", "  ",
    ];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var files = Split(input);
        var result = AysRepository.Read("c0ffee", files, Known);
        if (result.Grid is null == (result.Errors.Count == 0))
            throw new BrokenPromiseException($"grid: {result.Grid is not null}, errors: {result.Errors.Count}");
        if (result.Errors.Count > AysLimits.MaxErrors || (result.More > 0 && result.Errors.Count < AysLimits.MaxErrors))
            throw new BrokenPromiseException($"{result.Errors.Count} errors and {result.More} more");
        foreach (var error in result.Errors)
            Check(error);
        if (result.Grid is { } grid)
            Check(grid);
        if (files.Count > 1)
            Compare(result, AysRepository.Read("c0ffee", files.Reverse().ToDictionary(), Known));
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Split(ReadOnlySpan<byte> input)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        var path = "blueprints/a.yaml";
        while (true)
        {
            var mark = input.IndexOf(FileMark);
            files[path] = input[..(mark < 0 ? input.Length : mark)].ToArray();
            if (mark < 0)
                return files;
            input = input[(mark + FileMark.Length)..];
            var end = input.IndexOf((byte)'\n') is >= 0 and var found ? found : input.Length;
            path = Encoding.UTF8.GetString(input[..end]);
            input = input[end..];
        }
    }

    private static void Check(AysError error)
    {
        if (error.Line < 1 || error.Column < 1)
            throw new BrokenPromiseException($"an error at no place: {error}");
        if (error.Message.Length is 0 or > MaxMessage || error.ToString().Any(char.IsControl))
            throw new BrokenPromiseException($"an error that cannot be shown: {error}");
    }

    private static void Check(GridSpec grid)
    {
        var ports = new HashSet<(string, int)>();
        foreach (var service in grid.Services.Values)
        {
            if (!grid.Nodes.ContainsKey(service.Node))
                throw new BrokenPromiseException($"{service.Id} is on no node: {service.Node}");
            if (service.Producers.FirstOrDefault(id => !grid.Services.ContainsKey(id)) is { } missing)
                throw new BrokenPromiseException($"{service.Id} waits for {missing}, which is not there");
            if (service.App.After.FirstOrDefault(name => !service.Producers.Any(id => grid.Services[id].Node == service.Node && grid.Services[id].App.Name == name)) is { } stranger)
                throw new BrokenPromiseException($"{service.Id} is after {stranger}, which is not on its node");
            if (service.App.Ports.Any(port => !ports.Add((service.Node, port))))
                throw new BrokenPromiseException($"{service.Id} takes a port twice");
            if (service.App.Process.Args.Concat(service.App.Process.Env.Items).Any(text => text.Contains('\0', StringComparison.Ordinal)))
                throw new BrokenPromiseException($"{service.Id} gives NUL to a program");
        }
    }

    private static void Compare(AysResult one, AysResult two)
    {
        if (!one.Lines.SequenceEqual(two.Lines) || one.Policy != two.Policy)
            throw new BrokenPromiseException($"another order of files:\n{string.Join('\n', one.Lines)}\n{string.Join('\n', two.Lines)}");
        if (one.Grid is { } first && two.Grid is { } second && !(first.Services.SequenceEqual(second.Services) && first.Nodes.SequenceEqual(second.Nodes)))
            throw new BrokenPromiseException("another order of files gives another grid");
    }
}

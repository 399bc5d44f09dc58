using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using G8os.Linux.Processes;

namespace G8os.Bench;

/// <summary>How long a node with a static net.toml, known to the grid, takes from init to managed, phase by phase; what the programs weigh.</summary>
public static class BootBench
{
    private const int Runs = 7;
    private const string Lab = "bench";
    private const string Node = "node-1";
    private const int ManagedWithinSeconds = 60;
    private static readonly string[] Phases = ["unlock", "secure", "ssh", "sandboxes", "managed"];

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("g8os-bench-").FullName;
        try
        {
            Draw(directory);
            Typed("lab", "down", "--name", Lab);
            Expect("lab", "up", Path.Combine(directory, "lab.toml"), "--name", Lab);
            var figures = await BootsAsync();
            figures.AddRange(Weights());
            figures.Add(Sim());
            return figures;
        }
        finally
        {
            Typed("lab", "down", "--name", Lab);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Draw(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "lab.toml"), """
            [segment.site]
            [controller.ac1]
            on = { site = "10.77.9.1/24" }
            [node.node-1]
            on = ["site"]
            net = "node.toml"
            join = true
            """);
        File.WriteAllText(Path.Combine(directory, "node.toml"), """
            [controllers]
            trust = "lab"
            urls = ["https://10.77.9.1:8443"]
            [link.lan]
            match = { name = "eth0" }
            mode = "static"
            addresses = ["10.77.9.11/24"]
            """);
    }

    private static async Task<List<Figure>> BootsAsync()
    {
        var times = Phases.ToDictionary(phase => phase, _ => new List<double>());
        var core = new List<double>();
        var init = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            Expect("lab", "node", "stop", "--name", Lab, Node);
            Expect("lab", "node", "start", "--name", Lab, Node);
            var marks = await ManagedAsync();
            foreach (var phase in Phases)
                if (marks.TryGetValue(phase, out var at))
                    times[phase].Add(at);
            core.Add(Resident("$(pgrep -f -x '.*g8os-core run')"));
            init.Add(Resident("1"));
        }
        var figures = new List<Figure> { Figure.Of("init-to-managed-static-cached", "ms", times["managed"]) };
        figures.AddRange(Phases.Where(phase => phase != "managed" && times[phase].Count > 0).Select(phase => Figure.Of($"init-to-{phase}", "ms", times[phase])));
        figures.Add(Figure.Of("core-rss", "MiB", core));
        figures.Add(Figure.Of("init-rss", "MiB", init));
        return figures;
    }

    /// <summary>Milliseconds from init's start to the beginning of each phase.</summary>
    private static async Task<Dictionary<string, double>> ManagedAsync()
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < ManagedWithinSeconds)
        {
            var (code, said) = Typed("lab", "exec", "--name", Lab, Node, "--", "/bin/sh", "-c", "cat /proc/uptime; date +%s.%N; cut -d' ' -f22 /proc/1/stat; cat /run/g8os/transitions.jsonl");
            if (code == 0 && said.Contains("phase managed", StringComparison.Ordinal))
                return Marks(said.Split('\n'));
            await beat.WaitForNextTickAsync();
        }
        throw new TimeoutException($"cannot measure a boot: {Node} was not managed within {ManagedWithinSeconds} s");
    }

    private static Dictionary<string, double> Marks(string[] lines)
    {
        const double TicksPerSecond = 100; // USER_HZ
        var uptime = Number(lines[0].Split(' ')[0]);
        var now = Number(lines[1]);
        var started = now - (uptime - (Number(lines[2]) / TicksPerSecond));
        var marks = new Dictionary<string, double>();
        foreach (var line in lines.Skip(3).Where(line => line.StartsWith('{')))
        {
            var transition = JsonDocument.Parse(line).RootElement;
            var what = transition.GetProperty("what").GetString()!;
            if (what.StartsWith("phase ", StringComparison.Ordinal))
                marks.TryAdd(what["phase ".Length..], (transition.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds()) - (started * 1000));
        }
        return marks;
    }

    private static double Resident(string pid)
    {
        var said = Expect("lab", "exec", "--name", Lab, Node, "--", "/bin/sh", "-c", $"grep VmRSS /proc/{pid}/status");
        return Number(said.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    private static IEnumerable<Figure> Weights()
    {
        foreach (var program in (string[])["g8os", "g8os-core"])
        {
            var size = new FileInfo(Path.Combine(Report.Root, "artifacts/publish", program)).Length / 1048576.0;
            yield return Figure.Of($"{program}-size", "MiB", [size]);
        }
    }

    /// <summary>The program itself: it is built beforehand, by the run of one seed.</summary>
    private static Figure Sim()
    {
        Simulate("eng/sim.sh", "--seed", "1");
        var clock = Stopwatch.StartNew();
        Simulate("artifacts/bin/Sim/release/sim", "--seeds", "10000");
        return Figure.Of("sim-10000-seeds", "s", [clock.Elapsed.TotalSeconds]);
    }

    private static void Simulate(string program, params string[] arguments)
    {
        var (status, output) = ChildProcess.Run([Path.Combine(Report.Root, program), .. arguments]);
        if (!status.Success)
            throw new InvalidOperationException($"the simulator failed:\n{output}");
    }

    private static double Number(string text) => double.Parse(text.Trim(), CultureInfo.InvariantCulture);

    private static string Expect(params string[] arguments)
    {
        var (code, output) = Typed(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"cannot run g8os {string.Join(' ', arguments)}: exit code {code}\n{output}");
    }

    private static (int Code, string Output) Typed(params string[] arguments)
    {
        var (status, output) = ChildProcess.Run([Path.Combine(Report.Root, "g8os"), .. arguments]);
        return (status.ShellCode, output);
    }
}

using System.Globalization;

namespace G8os.Sim;

/// <summary>The console: many seeds, one seed with its trace, or random seeds for some seconds.</summary>
public static class Commands
{
    private const string Usage = """
        sim --seeds N [--start S]   run seeds S to S+N-1 (S: 1)
        sim --survey N [--start S]  run them all and count the broken rules
        sim --seed S [--trace]      run one; with --trace tell everything that happens
        sim --seconds T             run random seeds for T seconds
        """;

    public static int Run(string[] args, TextWriter console)
    {
        if (Number(args, "--seed") is { } seed)
            return One((ulong)seed, args.Contains("--trace"), console);
        if (Number(args, "--seeds") is { } count)
            return Many((ulong)(Number(args, "--start") ?? 1), count, null, console);
        if (Number(args, "--survey") is { } all)
            return Survey((ulong)(Number(args, "--start") ?? 1), all, console);
        if (Number(args, "--seconds") is { } seconds)
            return Many((ulong)Random.Shared.NextInt64(1L << 40) + 1_000_000, long.MaxValue / 2, TimeSpan.FromSeconds(seconds), console);
        console.WriteLine(Usage);
        return 64;
    }

    private static long? Number(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length && long.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static int One(ulong seed, bool trace, TextWriter console)
    {
        var result = Simulation.RunOne(seed, new Coverage(), trace ? console : null);
        console.WriteLine($"seed {seed}: {result.Steps} steps, trace {result.Hash:x16}, {result.Fault ?? "all rules held"}");
        return result.Fault is null ? 0 : 1;
    }

    private static int Survey(ulong first, long count, TextWriter console)
    {
        var broken = Simulation.Survey(first, count);
        foreach (var (rule, times, seed) in broken)
            console.WriteLine($"{times,6}  {rule}, first at seed {seed}");
        return broken.Count == 0 ? 0 : 1;
    }

    private static int Many(ulong first, long count, TimeSpan? limit, TextWriter console)
    {
        var run = Simulation.RunMany(first, count, limit);
        CoverageTable.Print(run.Coverage, console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{run.Coverage.Worlds} worlds, {run.Coverage.Steps} steps, {run.Coverage.Starts} core starts in {run.Took.TotalSeconds:F1} s: {run.SeedsPerSecond:F0} seeds/s"));
        if (run.FirstFailure is not { } failure)
            return Uncovered(run.Coverage, console);
        console.WriteLine($"seed {failure.Seed} FAILED: {failure.Fault}");
        console.WriteLine($"replay: {Replay(failure.Seed)}");
        return 1;
    }

    /// <summary>10,000 worlds and more must have seen everything.</summary>
    private static int Uncovered(Coverage coverage, TextWriter console)
    {
        var faults = coverage.Worlds < CoverageTable.WorldsNeeded ? [] : CoverageTable.Faults(coverage);
        foreach (var fault in faults)
            console.WriteLine($"coverage: {fault}");
        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>What to type to see a world again.</summary>
    public static string Replay(ulong seed) => $"eng/sim.sh --seed {seed} --trace";
}

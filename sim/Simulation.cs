using System.Diagnostics;

namespace G8os.Sim;

/// <summary>How one world ended.</summary>
public sealed record WorldResult(ulong Seed, ulong Hash, long Steps, string? Fault);

/// <summary>What many worlds together showed.</summary>
public sealed record RunResult(Coverage Coverage, WorldResult? FirstFailure, TimeSpan Took)
{
    public double SeedsPerSecond => Coverage.Worlds / Math.Max(0.001, Took.TotalSeconds);
}

public static class Simulation
{
    private const int ChunkSize = 64;

    /// <summary>One world from its seed; with <paramref name="text"/> everything that happened in it.</summary>
    public static WorldResult RunOne(ulong seed, Coverage coverage, TextWriter? text = null)
    {
        var trace = new Trace(text);
        string? fault = null;
        try
        {
            WorldMaker.Make(seed, coverage, trace).Run();
        }
        catch (ViolationException violation)
        {
            fault = violation.Message;
        }
        catch (Exception crash) when (crash is not OutOfMemoryException)
        {
            fault = $"the machine threw: {crash}";
        }
        coverage.Worlds++;
        coverage.Steps += trace.Steps;
        return new(seed, trace.Hash, trace.Steps, fault);
    }

    /// <summary>Which rules break over many seeds, how often, and the first seed of each: for whoever mends several at once.</summary>
    public static IReadOnlyList<(string Rule, int Count, ulong First)> Survey(ulong first, long count)
    {
        var faults = new SortedDictionary<string, (int Count, ulong First)>(StringComparer.Ordinal);
        Parallel.For(0L, count, seed =>
        {
            if (RunOne(first + (ulong)seed, new Coverage()).Fault is not { } fault)
                return;
            var rule = fault.Split(':')[0];
            lock (faults)
                faults[rule] = faults.TryGetValue(rule, out var known) ? (known.Count + 1, Math.Min(known.First, first + (ulong)seed)) : (1, first + (ulong)seed);
        });
        return [.. faults.Select(pair => (pair.Key, pair.Value.Count, pair.Value.First))];
    }

    /// <summary>Seeds from <paramref name="first"/> on, over all cores; stops at the first that fails, which is the lowest of the failing ones.</summary>
    public static RunResult RunMany(ulong first, long count, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        var total = new Coverage();
        var gate = new Lock();
        long next = 0;
        WorldResult? failed = null;
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            var mine = new Coverage();
            while (Volatile.Read(ref failed) is null && !(clock.Elapsed > limit) && Interlocked.Add(ref next, ChunkSize) - ChunkSize is var from && from < count)
                for (var seed = from; seed < Math.Min(from + ChunkSize, count); seed++)
                    if (RunOne(first + (ulong)seed, mine) is { Fault: not null } bad)
                    {
                        lock (gate)
                            if (failed is null || bad.Seed < failed.Seed)
                                failed = bad;
                        break;
                    }
            lock (gate)
                total.Add(mine);
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        if (failed is null && Fleet.FirstRescueAddressesAreSpread(total) is { } fault)
            failed = new WorldResult(first, 0, 0, fault);
        return new(total, failed, clock.Elapsed);
    }
}

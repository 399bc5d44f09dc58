using Xunit;
using Xunit.Abstractions;

namespace G8os.Sim.Tests;

/// <summary>The fixed seeds: the same 10,000 worlds for everyone.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const ulong First = 1;
    private const int Count = 10_000;

    [Fact]
    public void Every_rule_holds_in_ten_thousand_worlds_and_they_saw_everything()
    {
        var run = Simulation.RunMany(First, Count);
        var text = new StringWriter();
        CoverageTable.Print(run.Coverage, text);
        output.WriteLine(text.ToString());
        output.WriteLine($"{run.Coverage.Worlds} worlds, {run.Coverage.Steps} steps, {run.SeedsPerSecond:F0} seeds/s");
        Assert.True(run.FirstFailure is null, $"seed {run.FirstFailure?.Seed}: {run.FirstFailure?.Fault}\nreplay: {Commands.Replay(run.FirstFailure?.Seed ?? 0)}");
        Assert.Equal(Count, run.Coverage.Worlds);
        Assert.Empty(CoverageTable.Faults(run.Coverage));
    }

    [Fact]
    public void The_same_seed_goes_the_same_way()
    {
        for (ulong seed = First; seed <= 150; seed++)
            Assert.Equal(Simulation.RunOne(seed, new Coverage()), Simulation.RunOne(seed, new Coverage()));
    }

    [Fact]
    public void A_traced_run_goes_the_same_way_as_a_quiet_one()
    {
        var text = new StringWriter();
        Assert.Equal(Simulation.RunOne(7, new Coverage()), Simulation.RunOne(7, new Coverage(), text));
        Assert.Contains("round 1 begins", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_seeds_go_other_ways() =>
        Assert.Equal(100, Enumerable.Range(1, 100).Select(seed => Simulation.RunOne((ulong)seed, new Coverage()).Hash).Distinct().Count());
}

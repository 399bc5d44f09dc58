using Xunit;

namespace G8os.Grid.Tests;

/// <summary>Seeded disasters: no service on two nodes, producers ready before consumers, every run ends, the last commit comes into force whole.</summary>
public sealed class ChaosTests
{
    private const int Seeds = 300;

    [Fact]
    public void What_must_never_be_never_is()
    {
        var only = Environment.GetEnvironmentVariable("G8OS_SEED");
        foreach (var seed in only is null ? Enumerable.Range(1, Seeds) : [int.Parse(only, System.Globalization.CultureInfo.InvariantCulture)])
        {
            var chaos = new Chaos(seed);
            if (Record.Exception(chaos.Run) is { } fault)
                Assert.Fail($"seed {seed} (G8OS_SEED={seed} runs it alone): {fault.Message}{(fault is InvalidOperationException ? "" : $"\n{fault.StackTrace}\n{chaos.Story}")}");
        }
    }
}

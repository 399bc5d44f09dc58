using Xunit;

namespace G8os.Sim.Tests;

public sealed class ConsoleTests
{
    [Fact]
    public void Says_how_to_use_it()
    {
        var text = new StringWriter();
        Assert.Equal(64, Commands.Run([], text));
        Assert.Contains("--seeds", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_a_few_seeds_and_says_how_fast()
    {
        var text = new StringWriter();
        Assert.Equal(0, Commands.Run(["--seeds", "5", "--start", "3"], text));
        Assert.Contains("5 worlds", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_one_seed()
    {
        var text = new StringWriter();
        Assert.Equal(0, Commands.Run(["--seed", "3"], text));
        Assert.Contains("seed 3:", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("all rules held", text.ToString(), StringComparison.Ordinal);
    }
}

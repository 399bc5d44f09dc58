using System.Text;

namespace G8os.Fuzz.Tests;

/// <summary>The fuzzer finds what it is there to find: targets with planted faults.</summary>
public sealed class FuzzerTests
{
    private const int Mutations = 50_000;

    [Fact]
    public void FindsAWordAndShrinksTheInputToIt()
    {
        var target = new Target("planted-word", input =>
        {
            if (Encoding.UTF8.GetString(input).Contains("mode=none", StringComparison.Ordinal))
                throw new InvalidOperationException("found");
        }, "mode", "=", "none", "static", "\n");
        var crash = new Fuzzer(target).Run(1, count => count < Mutations);
        Assert.Equal("mode=none", Encoding.UTF8.GetString(crash!.Input));
        Assert.Contains("found", crash.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void FindsDepth()
    {
        var target = new Target("planted-depth", input =>
        {
            if (input.Count((byte)'[') > 100)
                throw new InvalidOperationException("too deep");
        }, "[", "]", "1");
        Assert.NotNull(new Fuzzer(target).Run(1, count => count < Mutations));
    }

    [Fact]
    public void FindsSlowInputs()
    {
        var target = new Target("planted-slowness", input =>
        {
            var end = ThreadTime.Now + TimeSpan.FromMilliseconds(input.Contains((byte)'x') ? 125 : 0);
            while (ThreadTime.Now < end)
                ;
        });
        var fuzzer = new Fuzzer(target);
        Assert.Null(fuzzer.Judge([]));
        Assert.Contains("at most 100 ms", fuzzer.Judge([(byte)'x'])!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameSeedGivesTheSameInputs()
    {
        byte[][] corpus = [[1, 2, 3], [4, 5, 6, 7]];
        var (one, two, other) = (new Mutator(7, corpus, ["word"]), new Mutator(7, corpus, ["word"]), new Mutator(8, corpus, ["word"]));
        var inputs = Enumerable.Range(0, 500).Select(_ => one.Next()).ToArray();
        Assert.All(inputs, input => Assert.Equal(input, two.Next()));
        Assert.NotEqual(inputs, Enumerable.Range(0, 500).Select(_ => other.Next()));
        Assert.All(inputs, input => Assert.True(input.Length <= Mutator.MaxInput));
        Assert.Equal([1, 2, 3], corpus[0]);
    }
}

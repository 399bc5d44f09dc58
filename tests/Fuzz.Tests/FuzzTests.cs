namespace G8os.Fuzz.Tests;

/// <summary>The short form of <c>make fuzz</c>: all kept inputs and the same mutations each time.</summary>
public sealed class FuzzTests
{
    private const int Seed = 1;

    public static TheoryData<string> Names => new(Targets.All.Select(target => target.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void KeptInputsKeepThePromises(string name)
    {
        var fuzzer = new Fuzzer(Targets.Find(name)!);
        var corpus = fuzzer.Corpus();
        Assert.NotEmpty(corpus);
        Assert.All(corpus, kept => Assert.Null(fuzzer.Judge(kept.Input)?.Reason));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void MutatedInputsKeepThePromises(string name)
    {
        var fuzzer = new Fuzzer(Targets.Find(name)!);
        if (fuzzer.Run(Seed, count => count < fuzzer.Target.Mutations) is { } crash)
            Assert.Fail($"{name}: {crash.Reason}\nkept as {fuzzer.Keep(crash)}");
    }

    [Fact]
    public void EveryCorpusFolderHasATarget()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "tests", "Fuzz", "corpus")).Select(folder => Path.GetFileName(folder));
        Assert.Equal(Targets.All.Select(target => target.Name).Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }
}

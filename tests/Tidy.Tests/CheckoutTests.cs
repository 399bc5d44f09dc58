namespace G8os.Tidy.Tests;

/// <summary>The checkout keeps every rule.</summary>
public sealed class CheckoutTests
{
    public static TheoryData<string> Names => new(Rules.All.Select(rule => rule.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Keeps(string name)
    {
        var rule = Rules.All.Single(rule => rule.Name == name);
        var found = rule.Find(Tree.Checkout).ToArray();
        Assert.True(found.Length == 0, $"{name}: {rule.Says}\n{string.Join('\n', (IEnumerable<Finding>)found)}");
    }

    [Fact]
    public void TheRulesLookAtSomething()
    {
        Assert.True(Tree.Checkout.CSharp.Count() > 20);
        Assert.Contains(Tree.Checkout.Sources, source => source.Path == "src/Model/Model.csproj");
        Assert.NotEmpty(Tree.Checkout.Commits);
        Assert.Contains(Tree.Checkout.Blobs, blob => blob is { Path: "LICENSE", Size: > 1000 });
    }
}

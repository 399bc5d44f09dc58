using System.Text.RegularExpressions;
using G8os.Model.Network;

namespace G8os.Model.Tests;

/// <summary>What docs and examples show is true: each toml block of docs/net.toml.md is good, or has exactly the errors of the text block after it.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Page = File.ReadAllText(Checkout.PathOf("docs", "net.toml.md"));

    public static TheoryData<int> Blocks => new(Enumerable.Range(0, Block().Count(Page)));

    [Theory]
    [MemberData(nameof(Blocks))]
    public void ExampleOfThePageIsTrue(int number)
    {
        var block = Block().Matches(Page)[number];
        var result = NetToml.Parse(block.Groups["toml"].Value, "net.toml");
        Assert.Equal(block.Groups["errors"].Value, string.Concat(result.Errors.Select(error => $"{error}\n")));
    }

    [Fact]
    public void ThePageShowsGoodAndBad()
    {
        Assert.True(Block().Count(Page) >= 5);
        Assert.Contains(Block().Matches(Page), block => block.Groups["errors"].Length > 0);
    }

    [Theory]
    [InlineData("urls", NetToml.MaxUrls, "1 to {0} addresses")]
    [InlineData("dns", NetToml.MaxDns, "at most {0} name servers")]
    [InlineData("links", NetToml.MaxLinks, "{0} links")]
    [InlineData("addresses", NetToml.MaxAddresses, "{0} addresses")]
    [InlineData("routes", NetToml.MaxRoutes, "{0} routes")]
    [InlineData("excluded", NetToml.MaxExcluded, "{0} excluded names")]
    [InlineData("text", NetToml.MaxLength / 1024, "{0} KiB of text")]
    public void LimitsOfThePageAreThoseOfTheCode(string what, int limit, string words) =>
        Assert.True(Page.Contains(string.Format(null, words, limit), StringComparison.Ordinal), $"{what}: {limit}");

    [Fact]
    public void ExamplesOfTheLabAreGood()
    {
        // The lab puts its pin in the place of the word "lab".
        var pin = "sha256:" + new string('0', 64);
        var files = Directory.GetFiles(Checkout.PathOf("lab", "examples"), "*.net.toml");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal([], NetToml.Parse(File.ReadAllText(file).Replace("\"lab\"", $"\"{pin}\"", StringComparison.Ordinal), file).Errors));
    }

    [GeneratedRegex(@"```toml\n(?<toml>.*?)```\n(```text\n(?<errors>.*?)```\n)?", RegexOptions.Singleline)]
    private static partial Regex Block();
}

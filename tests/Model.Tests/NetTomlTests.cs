using G8os.Model.Network;
using G8os.Model.Toml;

namespace G8os.Model.Tests;

/// <summary>What holds for every text and every configuration.</summary>
public sealed class NetTomlTests
{
    private const string Minimal = "[controllers]\nurls = [\"https://192.0.2.1:8443\"]\n";

    [Fact]
    public void WrittenConfigurationReadsBackEqual()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var config = new NetConfigMaker(seed).Config();
            var text = NetToml.Write(config);
            var result = NetToml.Parse(text, "net.toml");
            Assert.True(result.Errors.Count == 0, $"seed {seed}: {result.Errors}\n{text}");
            Assert.Equal(config, result.Config);
            Assert.Equal(text, NetToml.Write(result.Config!));
        }
    }

    [Fact]
    public void DefaultsAreTheOnesOfTheDesign()
    {
        var config = NetToml.Parse(Minimal, "net.toml").Config!;
        Assert.Equal(new FallbackConfig { Dhcp = true, Rescue = true, Exclude = [] }, config.Fallback);
        Assert.Null(config.Controllers.Trust);
        Assert.Empty(config.Links);
    }

    [Fact]
    public void LinksAreSortedByName()
    {
        var config = NetToml.Parse(Minimal + Link("b") + Link("C") + Link("a"), "net.toml").Config!;
        Assert.Equal(["C", "a", "b"], config.Links.Select(link => link.Name));
    }

    [Fact]
    public void OrderOfUrlsIsKept()
    {
        var config = NetToml.Parse("controllers.urls = [\"https://b.example.org\", \"https://a.example.org\"]", "net.toml").Config!;
        Assert.Equal(["https://b.example.org", "https://a.example.org"], config.Controllers.Urls);
    }

    [Fact]
    public void TextOfTheGreatestLengthIsReadAndALongerOneIsNot()
    {
        var filled = Minimal + "#" + new string('x', NetToml.MaxLength - Minimal.Length - 1);
        Assert.NotNull(NetToml.Parse(filled, "net.toml").Config);
        var error = Assert.Single(NetToml.Parse(filled + "x", "net.toml").Errors);
        Assert.Equal("net.toml:1:1: the file has 262145 characters; at most 262144 are read", error.ToString());
    }

    [Fact]
    public void AtMostFiftyErrorsInTheFilesOrder()
    {
        var text = Minimal + string.Concat(Enumerable.Range(0, 200).Select(i => $"key{i} = 1\n"));
        var errors = NetToml.Parse(text, "net.toml").Errors;
        Assert.Equal(TomlErrors.MaxErrors, errors.Count);
        Assert.Equal(Enumerable.Range(3, 50), errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("addresses", 64)]
    [InlineData("dns", 8)]
    public void ListsAreLimited(string key, int most)
    {
        var items = string.Join(", ", Enumerable.Range(1, most + 1).Select(i => key == "dns" ? $"\"192.0.2.{i}\"" : $"\"192.0.2.{i}/24\""));
        var text = $"{Minimal}[link.a]\nmatch = {{ name = \"a\" }}\nmode = \"static\"\n{(key == "dns" ? "addresses = [\"192.0.2.200/24\"]\n" : "")}{key} = [{items}]\n";
        Assert.Contains($"at most {most} items are read; there are {most + 1}", Assert.Single(NetToml.Parse(text, "net.toml").Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksAreLimited()
    {
        var text = Minimal + string.Concat(Enumerable.Range(0, NetToml.MaxLinks + 1).Select(i => Link($"l{i}")));
        Assert.Equal($"there are more than {NetToml.MaxLinks} tables [link.NAME]", Assert.Single(NetToml.Parse(text, "net.toml").Errors).Message);
    }

    [Fact]
    public void WindowsLineEndsAndAByteOrderMarkAreRead()
    {
        var text = "\ufeff" + (Minimal + Link("a")).Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.Equal([], NetToml.Parse(text, "net.toml").Errors);
    }

    private static string Link(string name) => $"\n[link.{name}]\nmatch = {{ name = \"{name}\" }}\nmode = \"dhcp\"\n";
}

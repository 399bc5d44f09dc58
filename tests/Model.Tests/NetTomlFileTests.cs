using G8os.Model.Network;

namespace G8os.Model.Tests;

/// <summary>
/// Each net-toml/bad/NAME.toml gives exactly the errors of NAME.expected; each good/NAME.toml is written as NAME.expected.
/// To renew them after a wanted change: G8OS_GOLDEN=write dotnet test, then read the difference.
/// </summary>
public sealed class NetTomlFileTests
{
    private static string Folder => Checkout.PathOf("tests", "Model.Tests", "net-toml");

    public static TheoryData<string> Bad => Names("bad");
    public static TheoryData<string> Good => Names("good");

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadFileHasTheseErrors(string name)
    {
        var result = NetToml.Parse(File.ReadAllText(Path.Combine(Folder, "bad", name + ".toml")), "net.toml");
        Assert.Null(result.Config);
        AssertGolden(Path.Combine(Folder, "bad", name + ".expected"), string.Concat(result.Errors.Select(error => $"{error}\n")));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void GoodFileIsThisConfiguration(string name)
    {
        var result = NetToml.Parse(File.ReadAllText(Path.Combine(Folder, "good", name + ".toml")), "net.toml");
        Assert.Equal([], result.Errors);
        var written = NetToml.Write(result.Config!);
        AssertGolden(Path.Combine(Folder, "good", name + ".expected"), written);
        Assert.Equal(result, NetToml.Parse(written, "written"));
    }

    [Fact]
    public void NoExpectationIsLeftWithoutItsFile()
    {
        var orphans = Directory.EnumerateFiles(Folder, "*.expected", SearchOption.AllDirectories)
            .Where(file => !File.Exists(Path.ChangeExtension(file, ".toml")));
        Assert.Empty(orphans);
    }

    private static TheoryData<string> Names(string kind) =>
        new(Directory.EnumerateFiles(Path.Combine(Folder, kind), "*.toml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    private static void AssertGolden(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("G8OS_GOLDEN") == "write")
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }
}

using System.Text;

namespace G8os.Robot.Tests;

/// <summary>
/// Repositories that are refused. hostile/NAME.yaml is a blueprint beside three nodes, hostile/NAME/ a repository of its own; NAME.expected holds
/// what a push of it shows. To renew them after a wanted change: G8OS_GOLDEN=write dotnet test, then read the difference.
/// </summary>
public sealed class HostileTests
{
    private const int AtLeast = 30;

    private static string Folder => Checkout.PathOf("tests", "Robot.Tests", "hostile");

    public static TheoryData<string> Names => new(Cases().Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Cases() => Directory.EnumerateFileSystemEntries(Folder).Where(path => !path.EndsWith(".expected", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void IsRefusedWithTheseErrors(string name)
    {
        var result = AysRepository.Read(Repository.Commit, Files(name), Repository.Known);
        Assert.Null(result.Grid);
        Assert.NotEmpty(result.Errors);
        Assert.All(result.Lines, line => Assert.DoesNotContain(line, char.IsControl));
        var expected = Path.Combine(Folder, Path.GetFileNameWithoutExtension(name) + ".expected");
        var actual = string.Concat(result.Lines.Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("G8OS_GOLDEN") == "write")
            File.WriteAllText(expected, actual);
        Assert.Equal(File.ReadAllText(expected), actual);
    }

    [Fact]
    public void ThereAreEnough() => Assert.True(Cases().Count() >= AtLeast);

    [Fact]
    public void NoExpectationIsLeftWithoutItsRepository()
    {
        var names = Cases().Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();
        Assert.All(Directory.EnumerateFiles(Folder, "*.expected"), file => Assert.Contains(Path.GetFileNameWithoutExtension(file), names));
    }

    /// <summary>The three nodes come first, so that a hostile blueprint is the one that takes what is theirs.</summary>
    private static Dictionary<string, ReadOnlyMemory<byte>> Files(string name)
    {
        var path = Path.Combine(Folder, name);
        return Directory.Exists(path) ? Repository.Load(path) : new()
        {
            ["blueprints/app.yaml"] = File.ReadAllBytes(path),
            ["blueprints/a/nodes.yaml"] = Encoding.UTF8.GetBytes(Repository.Nodes),
        };
    }
}

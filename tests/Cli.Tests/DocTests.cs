using System.Text.RegularExpressions;

namespace G8os.Cli.Tests;

/// <summary>Every g8os command that README and docs show in a block can be typed.</summary>
public sealed partial class DocTests
{
    [GeneratedRegex(@"^\s*(?:\./)?g8os (.*?)(?:\s+#.*)?$")]
    private static partial Regex CommandLine();

    public static TheoryData<string> Pages => [.. Files()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_of_a_page_can_be_typed(string page)
    {
        using var here = Surroundings.Of(TextWriter.Null, TextWriter.Null);
        var root = VerbTree.Root(Program.Verbs, Program.Groups(here), here);
        foreach (var command in Commands(page))
            Assert.True(root.Parse(command.Replace('\'', '"')).Errors is { Count: 0 }, $"{page}: g8os {command}");
    }

    [Fact]
    public void Commands_are_found()
    {
        Assert.Contains("ays apply 4be1c0ffee123456", Commands(Files().Single(page => page.EndsWith("robot.md", StringComparison.Ordinal))));
    }

    private static string[] Files()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "g8os.slnx")))
            root = root.Parent ?? throw new InvalidOperationException("the tests do not run in a checkout");
        return [Path.Combine(root.FullName, "README.md"), .. Directory.GetFiles(Path.Combine(root.FullName, "docs"), "*.md")];
    }

    private static List<string> Commands(string page)
    {
        var (inBlock, found) = (false, new List<string>());
        foreach (var line in File.ReadLines(page))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inBlock = !inBlock;
            else if (inBlock && CommandLine().Match(line) is { Success: true } match)
                found.Add(match.Groups[1].Value.Split([" | ", " > "], 2, StringSplitOptions.None)[0]);
        }
        return found;
    }
}

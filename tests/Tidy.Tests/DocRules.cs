using System.Text.RegularExpressions;

namespace G8os.Tidy.Tests;

/// <summary>What the README and the pages of docs/ tell to type is typed by tests/Lab.Tests; nothing is left out in silence.</summary>
internal static partial class DocRules
{
    private static readonly string[] Languages = ["sh", "toml", "yaml", "json", "text"];

    /// <summary>Every block says what it is; what is typed stands in sh blocks, and one that no test runs says why.</summary>
    public static IEnumerable<Finding> Commands(Tree tree)
    {
        foreach (var page in tree.Sources.Where(source => Page().IsMatch(source.Path)))
        {
            string? block = null;
            for (var i = 0; i < page.Lines.Length; i++)
            {
                var line = page.Lines[i];
                var fence = line.StartsWith("```", StringComparison.Ordinal);
                if (fence && block is null)
                {
                    block = line[3..].Trim();
                    if (Fault(block) is { } fault)
                        yield return new(page.Path, i + 1, fault);
                }
                else if (fence)
                    block = null;
                else if (block is not null && block.Split(' ')[0] != "sh" && Command().IsMatch(line))
                    yield return new(page.Path, i + 1, "a command in a block that no test runs: mark the block sh, or sh not-run: WHY");
            }
        }
    }

    private static string? Fault(string block) =>
        !Languages.Contains(block.Split(' ')[0]) ? $"a block of \"{block}\": expected {string.Join(", ", Languages)}"
        : block.Contains(' ') && !NotRun().IsMatch(block) ? $"a block marked \"{block}\": after the language only \"not-run: WHY\" may follow, and only after sh"
        : null;

    [GeneratedRegex(@"^(README|docs/[^/]+)\.md$")]
    private static partial Regex Page();

    [GeneratedRegex("^sh not-run: .")]
    private static partial Regex NotRun();

    [GeneratedRegex(@"^\s*(\$ )?(\./)?(g8os|g8os-core|g8os-controller|make|ssh|git|curl|sudo|apt-get|dotnet) ")]
    private static partial Regex Command();
}

using System.Text.RegularExpressions;

namespace G8os.Lab.Tests;

/// <summary>The README's lab once more, under a root of its own: the commands of the documents name no lab, and must not meet somebody's.</summary>
public sealed class Documents() : Site("docs")
{
    protected override string? LabRoot => "/var/lib/g8os-lab-docs";

    protected override IReadOnlyDictionary<string, string> Files => ThreeNodes.Drawing;
}

/// <summary>
/// What the documents tell to type is typed: each line of a block marked sh, in order, where the document has it, with the lab up. A block that cannot be run
/// here says so in its first line (sh not-run: WHY); tests/Tidy.Tests sees to it that every block is marked.
/// </summary>
public sealed partial class DocsTests(Documents site) : IClassFixture<Documents>
{
    private const int Interrupted = 130;
    /// <summary>In a line's comment: the command goes on until somebody ends it.</summary>
    private const string Endless = "Ctrl-C ends it";

    private static readonly string[] found =
    [
        .. Directory.GetFiles(Path.Combine(Shell.Root, "docs"), "*.md").Append(Path.Combine(Shell.Root, "README.md"))
            .Select(path => Path.GetRelativePath(Shell.Root, path)).Where(page => Commands(page).Any()).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Pages => new(found);

    [Fact]
    public void The_pages_that_tell_commands_are_found() => Assert.Superset(new HashSet<string> { "README.md", "docs/boot.md", "docs/lab.md", "docs/net.toml.md" }, found.ToHashSet());

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_command_of_a_page_does_what_it_says(string page)
    {
        // What a page makes, it makes here; what it finds in a checkout, it finds.
        var here = Directory.CreateDirectory(Path.Combine(site.Folder, page.Replace('/', '-'))).FullName;
        foreach (var name in (string[])["g8os", "lab", "docs", "sandboxes"])
            File.CreateSymbolicLink(Path.Combine(here, name), Path.Combine(Shell.Root, name));
        foreach (var node in (string[])["node-1", "node-2", "node-3"])
            await site.ManagedAsync(node, 120);
        foreach (var (line, command) in Commands(page))
        {
            var endless = command.Contains(Endless, StringComparison.Ordinal);
            var said = endless
                ? await Shell.InterruptedAsync("/bin/sh", ["-c", "exec " + command], site.Environment, here)
                : await Shell.RunAsync("/bin/sh", ["-c", command], environment: site.Environment, directory: here);
            Assert.True(said.Code == (endless ? Interrupted : 0), $"{page}:{line}: {command}\nexit code {said.Code}\n{said.All}");
        }
    }

    /// <summary>The commands of a page's sh blocks with their lines; a \ at the end of a line joins it with the next.</summary>
    private static IEnumerable<(int Line, string Command)> Commands(string page)
    {
        var block = "";
        var command = "";
        foreach (var (text, index) in File.ReadLines(Path.Combine(Shell.Root, page)).Select((text, index) => (text, index)))
        {
            if (Fence().Match(text) is { Success: true } fence)
                block = block.Length > 0 ? "" : fence.Groups[1].Value.Trim() is { Length: > 0 } language ? language : "text";
            else if (block == "sh" && text.EndsWith('\\'))
                command += text[..^1];
            else if (block == "sh" && (command + text).Trim() is { Length: > 0 } whole && whole[0] != '#')
            {
                yield return (index + 1, whole);
                command = "";
            }
        }
    }

    [GeneratedRegex("^```(.*)$")]
    private static partial Regex Fence();
}

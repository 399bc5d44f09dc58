namespace G8os.Tidy.Tests;

/// <summary>Every rule finds the breach that is planted for it, at its line, and leaves the lawful neighbour alone.</summary>
public sealed class PlantedTests
{
    /// <summary>Rule, a lawful tree, the same with a breach, and the file:line that must be named.</summary>
    private sealed record Planted(string Rule, Tree Lawful, Tree Breach, string Place);

    private const string Doc = "/// <summary>Says what it is.</summary>\n";

    private static readonly Planted[] All =
    [
        new("dependencies", Project("src/Client/Client.csproj", "../Model/Model.csproj"), Project("src/Client/Client.csproj", "../Linux/Linux.csproj"), "src/Client/Client.csproj:2"),
        new("dependencies", Project("src/Decisions/Decisions.csproj", "../Model/Model.csproj"), Project("src/Decisions/Decisions.csproj", "../Client/Client.csproj"), "src/Decisions/Decisions.csproj:2"),
        new("dependencies", Project("lab/Lab.csproj", "../src/Linux/Linux.csproj"), Project("lab/Lab.csproj", "../src/Core/Core.csproj"), "lab/Lab.csproj:2"),
        new("dependencies", Project("src/Cli/Cli.csproj", "../Client/Client.csproj"), Project("src/Cli/Cli.csproj", "..\\Controller\\Controller.csproj"), "src/Cli/Cli.csproj:2"),
        new("dependencies", Project("src/Core/Core.csproj", "../Linux/Linux.csproj"), Project("src/Newcomer/Newcomer.csproj", "../Model/Model.csproj"), "src/Newcomer/Newcomer.csproj:1"),
        new("unsafe", One("src/Linux/A.cs", "unsafe class A;"), One("src/Core/A.cs", "// not unsafe\nunsafe class A;"), "src/Core/A.cs:2"),
        new("unsafe", One("src/Linux/Linux.csproj", "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>"), One("lab/Lab.csproj", "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>"), "lab/Lab.csproj:1"),
        new("native-calls", One("src/Linux/A.cs", "class A { [LibraryImport(\"libc\")] void F(); }"), One("src/Core/A.cs", "class A\n{ [LibraryImport(\"libc\")] void F(); }"), "src/Core/A.cs:2"),
        new("native-calls", One("src/Core/A.cs", "class A { [Obsolete] void F(); }"), One("tests/A.cs", "class A { [System.Runtime.InteropServices.DllImport(\"libc\")] void F(); }"), "tests/A.cs:1"),
        new("process", One("src/Cli/A.cs", "var p = Process.Start(\"x\");"), One("src/Core/A.cs", "var a = 1;\nvar p = Process.Start(\"x\");"), "src/Core/A.cs:2"),
        new("process", One("lab/A.cs", "var p = node.Process.Start();"), One("lab/A.cs", "var p = new ProcessStartInfo(\"x\");"), "lab/A.cs:1"),
        new("process", One("src/Linux/A.cs", "class Process;"), One("src/Linux/A.cs", "System.Diagnostics.Process p;"), "src/Linux/A.cs:1"),
        new("banned-symbols", Tree.Checkout, One("src/Decisions/BannedSymbols.txt", "T:System.Random;pure"), "src/Decisions/BannedSymbols.txt:1"),

        new("sleep", One("src/Linux/A.cs", "Thread.Sleep(1);"), One("src/Core/A.cs", "\nThread.Sleep(1);"), "src/Core/A.cs:2"),
        new("sleep", One("tests/A.cs", "// Thread.Sleep(1)"), One("tests/A.cs", "System.Threading.Thread.Sleep(1);"), "tests/A.cs:1"),
        new("delay", One("src/Core/A.cs", "await Task.Delay(1);"), One("tests/A.cs", "await Task.Delay(1);"), "tests/A.cs:1"),
        new("delay", One("tests/A/Wait.cs", "await Task.Delay(1);"), One("tests/A/WaitTests.cs", "await Task.Delay(1);"), "tests/A/WaitTests.cs:1"),
        new("empty-catch", One("src/A.cs", "try { } catch (IOException) { Say(); }"), One("src/A.cs", "try { }\ncatch (IOException) { /* fine */ }"), "src/A.cs:2"),
        new("unfinished", One("a.md", "A to-do list."), One("a.md", "\nTO" + "DO: write"), "a.md:2"),
        new("unfinished", One("src/A.cs", "throw new NotSupportedException();"), One("src/A.cs", "throw new NotImpl" + "ementedException();"), "src/A.cs:1"),
        new("names", One("src/A.cs", "var i = new FileInfo(\"x\");"), One("src/A.cs", "\nclass LinkInfo;"), "src/A.cs:2"),
        new("names", One("src/Links.cs", ""), One("src/LinkHelpers.Parse.cs", ""), "src/LinkHelpers.Parse.cs:1"),
        new("names", One("src/A.cs", "record Managed;"), One("src/A.cs", "record struct LinkManager;"), "src/A.cs:1"),
        new("interfaces", One("src/A.cs", "interface I; " + Repeat("class A{0};", 12)), One("src/A.cs", "class A;\ninterface I;"), "src/A.cs:2"),
        new("doc-comments", One("src/A.cs", Doc + "public class A;\ninternal class B { public class C; }"), One("src/A.cs", Doc + "public class A\n{\npublic enum B { C }\n}"), "src/A.cs:4"),
        new("doc-comments", Files("src/A.cs", Doc + "public partial class A;", "src/A.Parse.cs", "public partial class A;"), One("lab/A.cs", "// no doc comment\npublic record A;"), "lab/A.cs:2"),

        new("file-length", One("src/A.cs", Repeat("//\n", 600)), One("src/A.cs", Repeat("//\n", 601)), "src/A.cs:601"),
        new("file-median", Files("src/A.cs", Repeat("//\n", 500), "src/B.cs", Repeat("//\n", 100), "src/C.cs", "//\n"), Files("src/A.cs", Repeat("//\n", 101), "src/B.cs", Repeat("//\n", 200), "src/C.cs", "//\n"), "src/A.cs:1"),
        new("function-length", One("src/A.cs", "class A\n{\nvoid F()\n{\n" + Repeat(";\n", 117) + "}\n}"), One("src/A.cs", "class A\n{\nvoid F()\n{\n" + Repeat(";\n", 118) + "}\n}"), "src/A.cs:3"),
        new("function-length", One("src/A.cs", Repeat("F();\n", 120)), One("src/A.cs", Repeat("F();\n", 121)), "src/A.cs:1"),
        new("init-length", Files("src/Core/Init/A.cs", Repeat("//\n", 250), "src/Core/Init/B.cs", Repeat("//\n", 250)), Files("src/Core/Init/A.cs", Repeat("//\n", 250), "src/Core/Init/B.cs", Repeat("//\n", 251)), "src/Core/Init:1"),
        new("blob-size", new([], blobs: [new("a.bin", 512 * 1024)]), new([], blobs: [new("a.bin", (512 * 1024) + 1)]), "a.bin:1"),

        new("machine-paths", One("a.md", "see /home/work/ and hard/work/ and src/root/"), One("a.md", "\nsee /wo" + "rk/main"), "a.md:2"),
        new("machine-paths", One("a.sh", "cd /tmp/lab"), One("a.sh", "cd /tmp/w" + "t/x"), "a.sh:1"),
        new("docs-links", Files("docs/a.md", "# A\n[b](../README.md#two-words) [c](https://example.org) [d](a.md) `[e](none)`\n```\n[f](none)\n```", "README.md", "## Two words"), One("docs/a.md", "# A\n[b](b.md)"), "docs/a.md:2"),
        new("docs-links", One("docs/a.md", "# A `b`: c\n[b](#a-b-c)"), One("docs/a.md", "# A\n[b](#b)"), "docs/a.md:2"),
        new("docs-links", One("docs/a.md", "[b](../docs/)"), One("docs/a.md", "[b](../../docs/a.md)"), "docs/a.md:1"),
        new("docs-commands", One("docs/a.md", "```sh\n./g8os status\n```\nmake lab\n```text\ng8os: no\n```\n```sh not-run: no lab is up\ng8os x\n```"), One("docs/a.md", "```sh\n```\n```text\n./g8os status\n```"), "docs/a.md:4"),
        new("docs-commands", One("docs/decisions/0001-a.md", "```\n```"), One("README.md", "\n```\nmake lab\n```"), "README.md:2"),
        new("docs-commands", One("a.md", "```x\n```"), One("docs/a.md", "```sh not-run\n```"), "docs/a.md:1"),
        new("changelog", One("CHANGELOG.md", "# Changelog\n\n## Unreleased\n"), One("CHANGELOG.md", "# Changelog\n\n## 1.0 Unreleased\n"), "CHANGELOG.md:1"),
        new("present", Tree.Checkout, One("README.md", ""), ".editorconfig:1"),
        new("subjects", Commits(1, "linux: spawn children with clean signals"), Commits(1, "Spawn children with clean signals"), "abc:1"),
        new("subjects", Commits(1, "sim, lab: " + new string('x', 62)), Commits(1, "sim: " + new string('x', 68)), "abc:1"),
        new("subjects", Commits(2, "Merge branch 'lab'"), Commits(0, "Merge branch 'lab'"), "abc:1"),
    ];

    public static TheoryData<int> Numbers => new(Enumerable.Range(0, All.Length));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void BreachIsFoundAtItsPlace(int number)
    {
        var planted = All[number];
        var find = Rules.All.Single(rule => rule.Name == planted.Rule).Find;
        Assert.Contains(find(planted.Breach), finding => finding.ToString().StartsWith(planted.Place + ": ", StringComparison.Ordinal));
        Assert.Empty(find(planted.Lawful));
    }

    [Fact]
    public void EveryRuleHasAPlantedBreach() =>
        Assert.Equal(Rules.All.Select(rule => rule.Name).Order(), All.Select(planted => planted.Rule).Distinct().Order());

    private static Tree One(string path, string text) => new([new(path, text)]);

    private static Tree Files(params string[] pathsAndTexts) => new(pathsAndTexts.Chunk(2).Select(pair => new Source(pair[0], pair[1])));

    private static Tree Project(string path, string reference) => One(path, $"<Project>\n<ProjectReference Include=\"{reference}\" />\n</Project>");

    private static Tree Commits(int parents, string subject) => new([], [new("abc", parents, subject)]);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Range(0, times).Select(i => text.Replace("{0}", $"{i}", StringComparison.Ordinal)));
}

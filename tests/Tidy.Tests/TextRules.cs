using System.Text.RegularExpressions;

namespace G8os.Tidy.Tests;

/// <summary>What is written around the code: documents, words, history.</summary>
internal static partial class TextRules
{
    private const int MaxSubject = 72;
    private static readonly string[] MustExist =
        ["README.md", "CHANGELOG.md", "LICENSE", ".editorconfig", ".gitignore", "global.json", "Directory.Build.props", "Directory.Packages.props", "src/Model/Session/session.proto"];

    public static IEnumerable<Finding> MachinePaths(Tree tree)
    {
        foreach (var source in tree.Sources)
        {
            for (var i = 0; i < source.Lines.Length; i++)
            {
                if (Workplace().Match(source.Lines[i]) is { Success: true } word)
                    yield return new(source.Path, i + 1, $"{word.Value} tells of the machine or workplace it was written on");
            }
        }
    }

    public static IEnumerable<Finding> Links(Tree tree)
    {
        foreach (var source in tree.Sources.Where(source => source.Path.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (var (line, target) in LinksOf(source))
            {
                var parts = target.Split('#', 2);
                var path = parts[0].Length == 0 ? source.Path : Resolve(source.Path, Uri.UnescapeDataString(parts[0]));
                if (path is null || !tree.Has(path))
                    yield return new(source.Path, line, $"the link to {target} leads nowhere");
                else if (parts.Length == 2 && tree.Find(path) is { } page && !Anchors(page).Contains(parts[1]))
                    yield return new(source.Path, line, $"the link to {target} leads to no heading of {path}");
            }
        }
    }

    /// <summary>Links outside of code blocks that lead into the checkout.</summary>
    private static IEnumerable<(int Line, string Target)> LinksOf(Source page)
    {
        foreach (var (line, text) in Prose(page))
        {
            foreach (Match link in Link().Matches(Code().Replace(text, "")))
            {
                var target = link.Groups[1].Value + link.Groups[2].Value;
                if (!target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
                    yield return (line, target);
            }
        }
    }

    private static IEnumerable<(int Line, string Text)> Prose(Source page)
    {
        var inCode = false;
        for (var i = 0; i < page.Lines.Length; i++)
        {
            if (page.Lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
                inCode = !inCode;
            else if (!inCode)
                yield return (i + 1, page.Lines[i]);
        }
    }

    private static string? Resolve(string page, string target)
    {
        var parts = new Stack<string>(target.StartsWith('/') ? [] : page.Split('/')[..^1]);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
                parts.Push(part);
            else if (!parts.TryPop(out _))
                return null;
        }
        return string.Join('/', parts.Reverse());
    }

    /// <summary>A heading's anchor is its text in lower case, without signs, with - for spaces.</summary>
    private static HashSet<string> Anchors(Source page) =>
        [.. Prose(page).Where(line => line.Text.StartsWith('#')).Select(line => Signs().Replace(line.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    public static IEnumerable<Finding> Changelog(Tree tree)
    {
        if (tree.Find("CHANGELOG.md")?.Lines.Contains("## Unreleased") != true)
            yield return new("CHANGELOG.md", 1, "there is no line \"## Unreleased\"");
    }

    public static IEnumerable<Finding> Present(Tree tree) =>
        from file in MustExist
        where tree.Find(file) is null
        select new Finding(file, 1, "the file is missing");

    public static IEnumerable<Finding> Subjects(Tree tree)
    {
        foreach (var commit in tree.Commits.Where(commit => commit.Parents < 2))
        {
            if (commit.Subject.Length > MaxSubject)
                yield return new(commit.Hash, 1, $"\"{commit.Subject}\" has {commit.Subject.Length} characters; at most {MaxSubject} fit");
            if (!Subject().IsMatch(commit.Subject))
                yield return new(commit.Hash, 1, $"\"{commit.Subject}\" has no scope; expected \"scope: what is done\"");
        }
    }

    // The words are cut in two, so that this file does not hold them.
    [GeneratedRegex(@"(?<![\w.])/(wo" + @"rk|ro" + @"ot)/|/tmp/(w" + @"t|bash_" + @"jobs)\b|\b(shared/(des" + @"ign|refer" + @"ence|se" + @"ed)|clau" + @"de|anthro" + @"pic|chat" + @"gpt)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Workplace();

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?(?:\s+""[^""]*"")?\)|^\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._/-]*(, [a-z0-9][a-z0-9._/-]*)*: \S")]
    private static partial Regex Subject();
}

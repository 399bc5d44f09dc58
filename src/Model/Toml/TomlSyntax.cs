using System.Text.RegularExpressions;
using Tomlyn.Syntax;

namespace G8os.Model.Toml;

/// <summary>Turns Tomlyn's diagnostics into our errors: one a line, in our words, with a remedy where the usual mistake is known.</summary>
internal static partial class TomlSyntax
{
    /// <summary>Later diagnostics of a file are consequences of earlier ones; so many are looked at.</summary>
    private const int MaxLookedAt = 1000;
    private const int MaxSentence = 160;

    public static void Report(DiagnosticsBag diagnostics, string text, TomlErrors errors)
    {
        var lines = new HashSet<int>();
        foreach (var diagnostic in diagnostics.Take(MaxLookedAt))
        {
            var place = PlaceOf(diagnostic, text);
            if (lines.Add(place.Line))
                errors.Add(place, Sentence(diagnostic.Message));
        }
    }

    /// <summary>What Tomlyn says, as "expected …, found …" where it is that, without what only a parser's author needs.</summary>
    public static string Sentence(string message)
    {
        var plain = Token().Replace(message, "");
        if (Value().Match(plain) is { Success: true } value)
        {
            var word = value.Groups[1].Value;
            return $"expected a value, found {Found(word)}{(word != "end-of-line" && BareWord().IsMatch(word) ? $"; a text is written in quotes: {Words.Quote(word)}" : "")}";
        }
        if (FoundFirst().Match(plain) is { Success: true } after)
            return $"expected {Found(after.Groups[2].Value)}, found {Found(after.Groups[1].Value)}";
        if (EqualSign().Match(plain) is { Success: true } equal)
            return $"expected \"=\" after the key, found {Found(equal.Groups[1].Value)}";
        if (Unclosed().Match(plain) is { Success: true } unclosed)
            return $"expected {Found(unclosed.Groups[2].Value)}, found {Found(unclosed.Groups[1].Value)}";
        if (Key().Match(plain) is { Success: true } key)
            return $"expected a key, found {Found(key.Groups[1].Value)}";
        if (Stray().Match(plain) is { Success: true } stray)
            return $"expected a key or a [table], found {Found(stray.Groups[1].Value)}";
        if (plain is "Invalid newline in a string" or "Invalid End-Of-File found on string literal")
            return "expected a quote at the end of the text";
        // Tomlyn ends its sentence on the depth with advice to its caller.
        var end = plain.IndexOf(". Change", StringComparison.Ordinal);
        var shown = Words.Quote((end > 0 ? plain[..end] : plain).TrimEnd('.'), MaxSentence)[1..^1];
        return $"bad TOML: {shown[..1].ToLowerInvariant()}{shown[1..]}";
    }

    private static string Found(string token) => token switch
    {
        "<eof>" or "" => "the end of the file",
        "newline" or "end-of-line" or "\u2424" or "\u240d\u2424" => "the end of the line",
        _ => Words.Quote(token),
    };

    public static TomlPlace EndOf(string text) => new(text.AsSpan().Count('\n') + 1, text.Length - text.LastIndexOf('\n'));

    private static TomlPlace PlaceOf(DiagnosticMessage diagnostic, string text)
    {
        var span = diagnostic.Span;
        // Tomlyn gives no place to what is missing at the end of the file.
        if (span.Start.Offset == 0 && span.End.Offset == 0 && diagnostic.Message.Contains("<eof>", StringComparison.Ordinal))
            return EndOf(text);
        return new(span.Start.Line + 1, span.Start.Column + 1);
    }

    [GeneratedRegex(@" \(token: `?\w*`?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"^Unexpected token (?:found )?`?(.*?)`? (?:for a value|found while expecting a value)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Value();

    [GeneratedRegex(@"^[A-Za-z][\w.*:/-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex BareWord();

    [GeneratedRegex(@"^Unexpected token found `(.*)` while expecting (?:token )?`(.*)`$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex FoundFirst();

    [GeneratedRegex(@"^Expecting `=` after a key instead of (.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex EqualSign();

    [GeneratedRegex(@"^Unexpected token `(.*?)`\. Expecting a closing `(.)`", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Unclosed();

    [GeneratedRegex(@"(?:^Unexpected token |Expecting a bare key or string instead of )`([^`]{0,64})`(?: for a base key)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"^Unexpected token \[(.*)\] found$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Stray();
}

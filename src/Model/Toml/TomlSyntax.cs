using System.Text.RegularExpressions;
using Tomlyn.Syntax;

namespace G8os.Model.Toml;

/// <summary>Turns Tomlyn's diagnostics into our errors: one a line, with a remedy where the usual mistake is known.</summary>
internal static partial class TomlSyntax
{
    /// <summary>Later diagnostics of a file are consequences of earlier ones; so many are looked at.</summary>
    private const int MaxLookedAt = 1000;

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

    /// <summary>One sentence in our voice, without what only a parser's author needs.</summary>
    public static string Sentence(string message)
    {
        if (BareValue().Match(message) is { Success: true } bare)
            return $"expected a value, found {bare.Groups[1].Value}; a text is written in quotes: {Words.Quote(bare.Groups[1].Value)}";
        var words = Token().Replace(message, "").Replace('`', '"').Replace("<eof>", "the end of the file", StringComparison.Ordinal);
        if (words.IndexOf(". Change", StringComparison.Ordinal) is var cut and > 0)
            words = words[..cut];
        var shown = Words.Quote(words[..Math.Min(words.Length, Words.MaxShown * 2)], Words.MaxShown * 2)[1..^1].TrimEnd('.');
        return shown.Length > 0 ? $"bad TOML: {char.ToLowerInvariant(shown[0])}{shown[1..]}" : "bad TOML";
    }

    private static TomlPlace PlaceOf(DiagnosticMessage diagnostic, string text)
    {
        var span = diagnostic.Span;
        // Tomlyn gives no place to what is missing at the end of the file.
        if (span.Start.Offset == 0 && span.End.Offset == 0 && diagnostic.Message.Contains("<eof>", StringComparison.Ordinal))
            return new(text.AsSpan().Count('\n') + 1, text.Length - text.LastIndexOf('\n'));
        return new(span.Start.Line + 1, span.Start.Column + 1);
    }

    [GeneratedRegex(@"^Unexpected token `([A-Za-z][\w.*:/-]{0,63})` for a value$", RegexOptions.CultureInvariant)]
    private static partial Regex BareValue();

    [GeneratedRegex(@" \(token: `\w*`\)", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}

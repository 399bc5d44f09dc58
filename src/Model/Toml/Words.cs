using System.Globalization;
using System.Text;

namespace G8os.Model.Toml;

/// <summary>Words for error messages: what a file says is shown short and without control characters, and misspelt words find their neighbour.</summary>
public static class Words
{
    /// <summary>Longer texts of the file are cut in messages.</summary>
    public const int MaxShown = 64;
    /// <summary>A word further away than this is no misspelling.</summary>
    public const int MaxDistance = 3;
    private const int MaxWord = 32;

    /// <summary>The text in quotes, safe for a terminal and a log line.</summary>
    public static string Quote(string text) => Quote(text, MaxShown);

    internal static string Quote(string text, int longest)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, longest)).EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                shown.Append(rune.ToString());
        }
        return shown.Append(text.Length > longest ? "…\"" : "\"").ToString();
    }

    /// <summary>The valid word closest to what was written, or null when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> valid)
    {
        if (written.Length is 0 or > MaxWord)
            return null;
        string? best = null;
        var bestDistance = MaxDistance + 1;
        foreach (var word in valid)
        {
            var distance = word.StartsWith(written, StringComparison.Ordinal) && written.Length >= MaxDistance ? 1 : Distance(written, word);
            // A distance of half the word is another word, not a misspelling.
            if (distance < bestDistance && distance * 2 <= Math.Max(written.Length, word.Length))
                (best, bestDistance) = (word, distance);
        }
        return best;
    }

    /// <summary><c>; did you mean "x"?</c>, or the valid words.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> valid, bool quoted = true) => Nearest(written, valid) switch
    {
        { } near => $"; did you mean {(quoted ? Quote(near) : near)}?",
        null when valid.Count > 0 => $"; valid here: {string.Join(", ", valid)}",
        null => "",
    };

    /// <summary>Insertions, deletions, changes and swaps of neighbours, ignoring case (Damerau-Levenshtein, optimal string alignment).</summary>
    public static int Distance(string left, string right)
    {
        var (before, last, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}

namespace G8os.Cli.Read;

/// <summary>Finds what somebody meant to type.</summary>
internal static class NearestWord
{
    private const int DistanceMax = 2;

    /// <summary><c>; did you mean "node"?</c>, or nothing when no word is near.</summary>
    public static string Advice(string typed, IEnumerable<string> words)
    {
        var nearest = words.Select(w => (Word: w, Distance: Distance(typed, w)))
            .Where(c => c.Distance <= DistanceMax && c.Distance < c.Word.Length).OrderBy(c => c.Distance).Select(c => c.Word).FirstOrDefault();
        return nearest is null ? "" : $", did you mean \"{nearest}\"?";
    }

    /// <summary>How many letters are added, removed or changed between two words (Levenshtein).</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}

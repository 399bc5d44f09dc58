namespace G8os.Sim;

/// <summary>Which pairs of place and event cannot happen, and why; all others must be seen often.</summary>
public static class CoverageTable
{
    /// <summary>Each pair at least this often over 10,000 seeds.</summary>
    public const long HitsWanted = 10;

    public static bool IsImpossible(string place, string happened) => false;

    public static void Print(Coverage coverage, TextWriter console)
    {
        foreach (var row in coverage.Pairs().GroupBy(pair => pair.Place))
            console.WriteLine($"{row.Key,-16}{string.Join("  ", row.Select(pair => $"{pair.Event} {(IsImpossible(pair.Place, pair.Event) ? "-" : pair.Hits)}"))}");
    }
}

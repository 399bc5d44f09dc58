namespace G8os.Store.Build;

/// <summary>A pattern of paths: <c>*</c> stands for any part of a name, <c>**</c> for any names with their slashes. What matches a directory takes all in it.</summary>
public static class PathPattern
{
    internal const string Rule = "expected a pattern of absolute paths, like \"/usr/share/doc/**\"";

    internal static bool IsOne(string? text) => text is ['/', _, ..];

    /// <summary>True when the absolute path is one of the pattern's. Takes time in the product of both lengths.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        // reached[i]: the pattern so far can end at i characters of the path.
        var reached = new bool[path.Length + 1];
        reached[0] = true;
        for (var p = 0; p < pattern.Length; p++)
        {
            if (pattern[p] != '*')
            {
                for (var i = path.Length; i > 0; i--)
                    reached[i] = reached[i - 1] && path[i - 1] == pattern[p];
                reached[0] = false;
                continue;
            }
            var any = p + 1 < pattern.Length && pattern[p + 1] == '*';
            for (var i = 1; i <= path.Length; i++)
                reached[i] |= reached[i - 1] && (any || path[i - 1] != '/');
            p += any ? 1 : 0;
        }
        return reached[path.Length];
    }
}

using System.Text;

namespace G8os.Cli.Show;

/// <summary>
/// Makes text that others wrote safe to show: a node that is not yet accepted says what its serial numbers are, and must not
/// move the cursor of the operator who looks.
/// </summary>
internal static class Clean
{
    /// <summary>One line: control characters and bidirectional overrides become blanks or nothing.</summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\n' or '\t')
                clean.Append(' ');
            else if (!char.IsControl(c) && c is not (>= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069'))
                clean.Append(c);
        }
        return clean.ToString();
    }
}

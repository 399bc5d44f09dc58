using System.Globalization;
using System.Text;

namespace G8os.Model.Toml;

/// <summary>Writes TOML that <see cref="TomlDocument"/> reads back. Null values are left out.</summary>
public sealed class TomlText
{
    private readonly StringBuilder text = new();

    /// <summary>A header of one or more parts, after an empty line.</summary>
    public void Table(params ReadOnlySpan<string> parts)
    {
        text.Append(text.Length > 0 ? "\n[" : "[");
        for (var i = 0; i < parts.Length; i++)
            text.Append(i > 0 ? "." : "").Append(Key(parts[i]));
        text.Append("]\n");
    }

    public void String(string key, string? value)
    {
        if (value is not null)
            Bare(key, Quoted(value));
    }

    public void Strings(string key, IEnumerable<string> values) => Bare(key, $"[{string.Join(", ", values.Select(Quoted))}]");

    /// <summary>A value that is TOML already.</summary>
    public void Bare(string key, string value) => text.Append(Key(key)).Append(" = ").Append(value).Append('\n');

    public override string ToString() => text.ToString();

    /// <summary>A basic string: quotes, backslashes and control characters are escaped.</summary>
    public static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                quoted.Append('\\').Append(character);
            else if (char.IsControl(character))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                quoted.Append(character);
        }
        return quoted.Append('"').ToString();
    }

    private static string Key(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : Quoted(key);
}

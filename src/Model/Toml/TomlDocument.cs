using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace G8os.Model.Toml;

/// <summary>Reads TOML 1.0 text into tables that know their places. Tomlyn judges the syntax; tables and duplicates are ours, for one voice in messages.</summary>
public static class TomlDocument
{
    /// <summary>The file's top table, or null when the text is no TOML; the reasons are added to <paramref name="errors"/>. Never throws.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="errors">Where faults go.</param>
    /// <param name="maxLength">A longer text, in characters, is not read.</param>
    public static TomlTable? Read(string text, TomlErrors errors, int maxLength)
    {
        if (text.Length > maxLength)
        {
            errors.Add(TomlPlace.Start, $"the file has {text.Length} characters; at most {maxLength} are read");
            return null;
        }
        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, "", validate: false);
        }
        catch (TomlException fault)
        {
            // Tomlyn throws only for values nested deeper than its limit of 64.
            errors.Add(fault.Line is { } line && fault.Column is { } column ? new(line, column) : TomlPlace.Start, TomlSyntax.Sentence(fault.Message));
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // Tomlyn 2.10 stumbles over a file that ends right after the backslash of an escape.
            errors.Add(TomlSyntax.EndOf(text), "expected an escape and a quote, found the end of the file");
            return null;
        }
        if (document.Diagnostics.Count > 0)
        {
            TomlSyntax.Report(document.Diagnostics, text, errors);
            return null;
        }
        return new TomlTree(errors).Build(document);
    }
}

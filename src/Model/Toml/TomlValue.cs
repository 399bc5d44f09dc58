namespace G8os.Model.Toml;

/// <summary>Where something stands in a file; both count from 1, columns in UTF-16 units.</summary>
public readonly record struct TomlPlace(int Line, int Column) : IComparable<TomlPlace>
{
    public static TomlPlace Start => new(1, 1);

    public int CompareTo(TomlPlace other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
    public static bool operator <(TomlPlace left, TomlPlace right) => left.CompareTo(right) < 0;
    public static bool operator >(TomlPlace left, TomlPlace right) => left.CompareTo(right) > 0;
    public static bool operator <=(TomlPlace left, TomlPlace right) => left.CompareTo(right) <= 0;
    public static bool operator >=(TomlPlace left, TomlPlace right) => left.CompareTo(right) >= 0;
}

/// <summary>A string of a file and its place.</summary>
public readonly record struct TomlString(string Text, TomlPlace Place);

/// <summary>What a value is.</summary>
public enum TomlKind { String, Integer, Float, Boolean, Date, Array, Table }

/// <summary>A value of a file and its place. Only the member that <see cref="Kind"/> names is set.</summary>
public sealed record TomlValue(TomlKind Kind, TomlPlace Place)
{
    public string Text { get; init; } = "";
    public long Number { get; init; }
    public bool Truth { get; init; }
    public IReadOnlyList<TomlValue> Items { get; init; } = [];
    public TomlTable? Table { get; init; }

    /// <summary>"an integer", for error messages.</summary>
    public string Article => Kind switch
    {
        TomlKind.String => "a string",
        TomlKind.Integer => "an integer",
        TomlKind.Float => "a float",
        TomlKind.Boolean => "a boolean",
        TomlKind.Date => "a date",
        TomlKind.Array => "an array",
        _ => "a table",
    };
}

/// <summary>A key, where it is written, and its value.</summary>
public sealed record TomlEntry(string Key, TomlPlace Place, TomlValue Value);

/// <summary>How a table came to be: it decides what may still be added to it (TOML 1.0, "Table" and "Inline Table").</summary>
internal enum TomlOrigin { Root, Implied, Header, Dotted, Inline }

/// <summary>A table of a file; its entries keep the order of the file.</summary>
public sealed class TomlTable
{
    private readonly List<TomlEntry> entries = [];
    private readonly Dictionary<string, TomlEntry> byKey = new(StringComparer.Ordinal);

    private readonly TomlTable? parent;
    private readonly string key;

    internal TomlTable(TomlTable? parent, string key, TomlPlace place, TomlOrigin origin) =>
        (this.parent, this.key, Place, Origin) = (parent, key, place, origin);

    /// <summary>How messages call it: <c>[link.lan0]</c>, <c>"match" of [link.lan0]</c>.</summary>
    public string Title
    {
        get
        {
            if (parent is null)
                return "the file";
            var section = parent;
            while (section is { Origin: TomlOrigin.Inline, parent: { } outer })
                section = outer;
            return Origin == TomlOrigin.Inline ? $"{Words.Quote(key)} of {section.Title}" : IsItem ? $"[[{Path}]]" : $"[{Path}]";
        }
    }

    public TomlPlace Place { get; internal set; }
    public IReadOnlyList<TomlEntry> Entries => entries;

    internal TomlOrigin Origin { get; set; }
    /// <summary>True for a table of an array, written with [[ ]].</summary>
    internal bool IsItem { get; init; }

    internal bool IsRoot => parent is null;

    private string Path => parent is null ? "" : parent.PathOf(key);

    /// <summary>The dotted path of a key in this table, as it is written in a header.</summary>
    internal string PathOf(string name)
    {
        var part = name.Length is > 0 and <= Words.MaxShown && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name : Words.Quote(name);
        return parent is null ? part : $"{Path}.{part}";
    }

    public TomlEntry? Find(string key) => byKey.GetValueOrDefault(key);

    internal void Add(TomlEntry entry)
    {
        entries.Add(entry);
        byKey.Add(entry.Key, entry);
    }
}

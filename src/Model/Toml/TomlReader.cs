namespace G8os.Model.Toml;

/// <summary>
/// Reads one table by key. Each question makes its key a known one; <see cref="End"/> reports all other keys with the nearest known one.
/// A wrong type is an error and reads as absent, so that one look at a file finds all its faults.
/// </summary>
public sealed class TomlReader(TomlTable table, TomlErrors errors)
{
    private readonly List<string> known = [];
    private readonly List<string> later = [];
    /// <summary>Known keys that are no tables: only some formats have them above all tables.</summary>
    private readonly HashSet<string> plain = new(StringComparer.Ordinal);

    public TomlTable Table => table;
    public TomlErrors Errors => errors;

    public bool Has(string key) => table.Find(key) is not null;

    /// <summary>Where a key is written; the table's place when it is absent.</summary>
    public TomlPlace PlaceOf(string key) => table.Find(key)?.Place ?? table.Place;

    public TomlString? String(string key) =>
        Value(key, TomlKind.String, "a string") is { } value ? new TomlString(value.Text, value.Place) : null;

    public bool? Boolean(string key) => Value(key, TomlKind.Boolean, "true or false")?.Truth;

    public int? Integer(string key, int lowest, int highest)
    {
        if (Value(key, TomlKind.Integer, "an integer") is not { } value)
            return null;
        if (value.Number >= lowest && value.Number <= highest)
            return (int)value.Number;
        errors.Add(value.Place, $"{Name(key)}: {value.Number} is out of range; expected {lowest} to {highest}");
        return null;
    }

    /// <summary>The integers of an array, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<int> Integers(string key, int lowest, int highest, int most)
    {
        var good = new List<int>();
        foreach (var item in Items(key, TomlKind.Integer, "an array of integers", "an integer", most))
            if (item.Number >= lowest && item.Number <= highest)
                good.Add((int)item.Number);
            else
                errors.Add(item.Place, $"{Name(key)}: {item.Number} is out of range; expected {lowest} to {highest}");
        return good;
    }

    /// <summary>The strings of an array, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<TomlString> Strings(string key, int most) =>
        [.. Items(key, TomlKind.String, "an array of strings", "a string", most).Select(item => new TomlString(item.Text, item.Place))];

    /// <summary>The table under a key, written as a section or inline.</summary>
    public TomlReader? Section(string key) =>
        Value(key, TomlKind.Table, "a table") is { Table: { } inner } ? new TomlReader(inner, errors) : null;

    /// <summary>The tables of an array, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<TomlReader> Sections(string key, int most) =>
        [.. Items(key, TomlKind.Table, "an array of tables", "a table", most).Select(item => new TomlReader(item.Table!, errors))];

    /// <summary>The tables [key.NAME], each with its name, at most <paramref name="most"/>; empty when there is none.</summary>
    public IReadOnlyList<(TomlString Name, TomlReader Section)> Named(string key, int most)
    {
        if (Value(key, TomlKind.Table, $"tables [{key}.NAME]") is not { Table: { } outer })
            return [];
        var named = new List<(TomlString, TomlReader)>();
        foreach (var entry in outer.Entries)
        {
            if (entry.Value.Table is not { } inner)
                errors.Add(entry.Value.Place, $"{Words.Quote(entry.Key)} in {outer.Title}: expected a table [{key}.NAME], found {entry.Value.Article}");
            else if (named.Count < most)
                named.Add((new(entry.Key, entry.Place), new(inner, errors)));
            else
            {
                errors.Add(entry.Place, $"there are more than {most} tables [{key}.NAME]");
                break;
            }
        }
        return named;
    }

    /// <summary>Says that a required key is absent.</summary>
    public void Missing(string key, string example) =>
        errors.Add(table.Place, $"{table.Title} needs {(IsTableName(key) ? $"[{key}]" : Words.Quote(key))}, for example {example}");

    /// <summary>A word of the format that this version cannot do yet: said so, and nothing below it is judged.</summary>
    public void Later(string key)
    {
        later.Add(key);
        if (table.Find(key) is { } entry)
            errors.Add(entry.Place, $"{Name(key)} is not supported by this version");
    }

    /// <summary>Reports keys that nobody asked for.</summary>
    public void End()
    {
        foreach (var entry in table.Entries)
        {
            if (errors.Full)
                return;
            if (!known.Contains(entry.Key) && !later.Contains(entry.Key))
                errors.Add(entry.Place, Unknown(entry));
        }
    }

    private string Unknown(TomlEntry entry)
    {
        if (!table.IsRoot)
            return $"unknown key {Name(entry.Key)}{Words.Hint(entry.Key, known)}";
        var headers = known.Where(IsTableName).Select(key => $"[{key}]").ToArray();
        if (plain.Count > 0 && entry.Value.Kind != TomlKind.Table)
            return $"unknown key {Words.Quote(entry.Key)}{Words.Hint(entry.Key, known)}";
        return entry.Value.Kind == TomlKind.Table || entry.Value.Items is [{ Kind: TomlKind.Table }, ..]
            ? $"unknown table {Name(entry.Key)}{Words.Hint($"[{entry.Key}]", headers, quoted: false)}"
            : $"unknown key {Words.Quote(entry.Key)} above all tables; a key belongs to one of {string.Join(", ", headers)}";
    }

    /// <summary>How messages call a key of this table.</summary>
    public string Name(string key) => IsTableName(key) ? $"[{table.PathOf(key)}]" : table.IsRoot ? Words.Quote(key) : $"{Words.Quote(key)} in {table.Title}";

    private bool IsTableName(string key) => table.IsRoot && !plain.Contains(key);

    private TomlValue? Value(string key, TomlKind kind, string expected)
    {
        known.Add(key);
        if (kind is not (TomlKind.Table or TomlKind.Array))
            plain.Add(key);
        if (table.Find(key)?.Value is not { } value)
            return null;
        if (value.Kind == kind)
            return value;
        errors.Add(value.Place, $"{Name(key)}: expected {expected}, found {value.Article}");
        return null;
    }

    private List<TomlValue> Items(string key, TomlKind kind, string expected, string expectedItem, int most)
    {
        var good = new List<TomlValue>();
        if (kind != TomlKind.Table)
            plain.Add(key);
        if (Value(key, TomlKind.Array, expected) is not { } array)
            return good;
        if (array.Items.Count > most)
            errors.Add(array.Items[most].Place, $"{Name(key)}: at most {most} items are read; there are {array.Items.Count}");
        foreach (var item in array.Items.Take(most))
        {
            if (item.Kind == kind)
                good.Add(item);
            else
                errors.Add(item.Place, $"{Name(key)}: expected {expectedItem}, found {item.Article}");
        }
        return good;
    }
}

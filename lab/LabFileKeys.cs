using G8os.Model.Toml;

namespace G8os.Lab;

/// <summary>Reads keys of a table by type; a wrong type is an error at its place.</summary>
internal sealed class LabFileKeys(TomlErrors errors)
{
    /// <summary>Every other key of the table is an error that names the nearest valid one.</summary>
    public void Known(TomlTable table, params string[] valid)
    {
        foreach (var entry in table.Entries.Where(entry => !valid.Contains(entry.Key, StringComparer.Ordinal)))
            errors.Add(entry.Place, $"unknown key {Words.Quote(entry.Key)} in {table.Title}{Words.Hint(entry.Key, valid)}");
    }

    public TomlString? Text(TomlTable table, string key) =>
        Value(table, key, TomlKind.String, "a string") is { } value ? new(value.Text, value.Place) : null;

    public TomlString? Needed(TomlTable table, string key)
    {
        if (table.Find(key) is null)
            errors.Add(table.Place, $"{table.Title} needs {key}");
        return Text(table, key);
    }

    public bool? Truth(TomlTable table, string key) => Value(table, key, TomlKind.Boolean, "true or false")?.Truth;

    public TomlTable? Table(TomlTable table, string key) => Value(table, key, TomlKind.Table, "a table")?.Table;

    /// <summary>An array of strings; null when it is absent or no array.</summary>
    public List<TomlString>? Texts(TomlTable table, string key)
    {
        if (Value(table, key, TomlKind.Array, "an array of strings") is not { } array)
            return null;
        foreach (var item in array.Items.Where(item => item.Kind != TomlKind.String))
            errors.Add(item.Place, $"{key} of {table.Title} holds strings, found {item.Article}");
        return [.. array.Items.Where(item => item.Kind == TomlKind.String).Select(item => new TomlString(item.Text, item.Place))];
    }

    private TomlValue? Value(TomlTable table, string key, TomlKind kind, string expected)
    {
        if (table.Find(key) is not { Value: var value })
            return null;
        if (value.Kind == kind)
            return value;
        errors.Add(value.Place, $"{key} of {table.Title} must be {expected}, found {value.Article}");
        return null;
    }
}

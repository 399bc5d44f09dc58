using G8os.Model.Toml;

namespace G8os.Robot.Yaml;

/// <summary>A value of a YAML file and its place.</summary>
internal abstract class YamlNode(Place place)
{
    public Place Place => place;

    /// <summary>What it is, for messages.</summary>
    public abstract string Found { get; }
}

/// <summary>A word or number as it is written: what it means is decided by who reads it, so that <c>no</c> stays a word and <c>1e3</c> a name.</summary>
internal sealed class YamlScalar(string text, bool plain, bool verbatim, Place place) : YamlNode(place)
{
    public string Text => text;

    public Said Said => new(text, Place, verbatim ? (plain ? 0 : 1) : -1);

    /// <summary>Nothing is written, or null in one of its forms (YAML 1.2, core schema).</summary>
    public bool IsNothing => plain && text is "" or "~" or "null" or "Null" or "NULL";

    public override string Found => IsNothing ? "nothing" : Words.Quote(text);
}

internal sealed class YamlList(IReadOnlyList<YamlNode> items, Place place) : YamlNode(place)
{
    public IReadOnlyList<YamlNode> Items => items;

    public override string Found => "a list";
}

internal sealed record YamlEntry(Said Key, YamlNode Value);

/// <summary>Keys and values in the file's order; no key is there twice.</summary>
internal sealed class YamlMap(IReadOnlyList<YamlEntry> entries, Place place) : YamlNode(place)
{
    public IReadOnlyList<YamlEntry> Entries => entries;

    public override string Found => "a map";

    public YamlEntry? Find(string key)
    {
        foreach (var entry in entries)
        {
            if (entry.Key.Text == key)
                return entry;
        }
        return null;
    }
}

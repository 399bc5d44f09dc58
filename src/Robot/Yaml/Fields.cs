using G8os.Model.Toml;

namespace G8os.Robot.Yaml;

/// <summary>
/// Reads one map by key. Each question makes its key a known one; <see cref="End"/> reports all other keys with the nearest known one.
/// A wrong value is an error and reads as absent, so that one look at a repository finds all its faults.
/// </summary>
/// <param name="map">What is read.</param>
/// <param name="path">Where it is in its document, like <c>health[0].http</c>; empty for the document itself.</param>
/// <param name="title">How messages call it when something is missing: <c>app "hello"</c>, <c>process</c>.</param>
/// <param name="errors">Where faults go.</param>
internal sealed partial class Fields(YamlMap map, string path, string title, AysErrors errors)
{
    private readonly List<string> known = [];
    private readonly List<string> later = [];

    public Place Place => map.Place;
    public AysErrors Errors => errors;
    public string Title { get; set; } = title;

    public bool Has(string key) => map.Find(key) is not null;

    /// <summary>Where a key is written; the map's place when it is absent.</summary>
    public Place PlaceOf(string key) => map.Find(key)?.Key.Place ?? map.Place;

    public Place PlaceOfValue(string key) => map.Find(key)?.Value.Place ?? map.Place;

    /// <summary>The key as messages call it.</summary>
    public string Name(string key) => path.Length == 0 ? Shown(key) : $"{path}.{Shown(key)}";

    /// <summary>Says that a required key is absent, when it is.</summary>
    public void Require(string key, string example)
    {
        known.Add(key);
        if (!Has(key))
            errors.Add(map.Place, $"{Title} needs {Words.Quote(key)}, for example {example}");
    }

    /// <summary>A word of the format that this version cannot do yet: said so, and nothing below it is judged.</summary>
    public void Later(string key, string sentence)
    {
        later.Add(key);
        if (map.Find(key) is { } entry)
            errors.Add(entry.Key.Place, $"{Name(key)}: {sentence}");
    }

    public bool HasLater => later.Any(Has);

    /// <summary>Reports keys that nobody asked for.</summary>
    public void End()
    {
        var valid = known.Distinct().ToArray();
        foreach (var entry in map.Entries)
        {
            if (!valid.Contains(entry.Key.Text) && !later.Contains(entry.Key.Text))
                errors.Add(entry.Key.Place, $"unknown key {Words.Quote(entry.Key.Text)} in {Title}{errors.Hint(entry.Key.Text, valid)}");
        }
    }

    private YamlNode? Find(string key)
    {
        known.Add(key);
        return map.Find(key)?.Value;
    }

    private void Expected(string key, string expected, YamlNode found) => Expected(Name(key), found.Place, expected, found.Found);

    private void Expected(string name, Place place, string expected, string found) => errors.Add(place, $"{name}: expected {expected}; found {found}");

    private static string Shown(string key) => Words.Quote(key)[1..^1];
}

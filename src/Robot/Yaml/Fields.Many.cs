namespace G8os.Robot.Yaml;

// Values that are lists or maps.
internal sealed partial class Fields
{
    /// <summary>The map under a key.</summary>
    public Fields? Map(string key, string expected)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is YamlMap inner)
            return new(inner, Name(key), Name(key), errors);
        Expected(key, expected, value);
        return null;
    }

    /// <summary>The words of a list, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<Said> Texts(string key, string expected, int most, int longest = AysLimits.MaxText)
    {
        var texts = new List<Said>();
        var items = Items(key, $"a list of {expected}s", most);
        for (var i = 0; i < items.Count; i++)
        {
            if (TextOf($"{Name(key)}[{i}]", items[i], Article(expected), longest) is { } said)
                texts.Add(said);
        }
        return texts;
    }

    public bool IsEmptyList(string key) => map.Find(key)?.Value is YamlList { Items.Count: 0 };

    /// <summary>The maps of a list, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<Fields> Maps(string key, string noun, string expected, int most)
    {
        var maps = new List<Fields>();
        var items = Items(key, $"a list of {noun}, each {expected}", most);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is YamlMap inner)
                maps.Add(new(inner, $"{Name(key)}[{i}]", $"{Name(key)}[{i}]", errors));
            else
                Expected($"{Name(key)}[{i}]", items[i].Place, expected, items[i].Found);
        }
        return maps;
    }

    /// <summary>The keys of a map and their texts, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<(Said Key, Said Value)> Pairs(string key, string expected, int most)
    {
        var pairs = new List<(Said, Said)>();
        foreach (var (said, value) in Entries(key, expected, most))
        {
            if (TextOf($"{Name(key)}.{Shown(said.Text)}", value, "a text", AysLimits.MaxText) is { } text)
                pairs.Add((said, text));
        }
        return pairs;
    }

    /// <summary>The keys of a map and their maps, at most <paramref name="most"/>; empty when the key is absent.</summary>
    public IReadOnlyList<(Said Key, Fields Value)> Named(string key, string expected, int most)
    {
        var named = new List<(Said, Fields)>();
        foreach (var (said, value) in Entries(key, expected, most))
        {
            var name = $"{Name(key)}.{Shown(said.Text)}";
            if (value is YamlMap inner)
                named.Add((said, new(inner, name, name, errors)));
            else
                Expected(name, value.Place, expected, value.Found);
        }
        return named;
    }

    private IEnumerable<YamlEntry> Entries(string key, string expected, int most)
    {
        if (Find(key) is not { } value)
            return [];
        if (value is not YamlMap inner)
        {
            Expected(key, expected, value);
            return [];
        }
        if (inner.Entries.Count > most)
            errors.Add(inner.Entries[most].Key.Place, $"{Name(key)}: at most {most} keys are read; there are {inner.Entries.Count}");
        return inner.Entries.Take(most);
    }

    private IReadOnlyList<YamlNode> Items(string key, string expected, int most)
    {
        if (Find(key) is not { } value)
            return [];
        if (value is not YamlList list)
        {
            Expected(key, expected, value);
            return [];
        }
        if (list.Items.Count > most)
            errors.Add(list.Items[most].Place, $"{Name(key)}: at most {most} items are read; there are {list.Items.Count}");
        return list.Items.Count > most ? [.. list.Items.Take(most)] : list.Items;
    }

    private static string Article(string noun) => "aeiou".Contains(noun[0], StringComparison.Ordinal) ? $"an {noun}" : $"a {noun}";
}

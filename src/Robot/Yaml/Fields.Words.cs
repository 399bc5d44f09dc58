using G8os.Model.Toml;

namespace G8os.Robot.Yaml;

// Values that are one word or number.
internal sealed partial class Fields
{
    /// <summary>A text of at most <paramref name="longest"/> characters without NUL, which no program can be given.</summary>
    public Said? Text(string key, string expected, int longest = AysLimits.MaxText) => Find(key) is { } value ? TextOf(Name(key), value, expected, longest) : null;

    /// <summary>A text that <paramref name="valid"/> says yes to.</summary>
    public Said? Text(string key, string expected, Func<string, bool> valid)
    {
        if (Text(key, expected) is not { } said)
            return null;
        if (valid(said.Text))
            return said;
        Expected(Name(key), said.Place, expected, Words.Quote(said.Text));
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? Word(string key, params string[] words)
    {
        var expected = string.Join(" or ", words);
        if (Text(key, expected) is not { } said)
            return null;
        if (words.Contains(said.Text))
            return said.Text;
        errors.Add(said.Place, $"{Name(key)}: expected {expected}; found {Words.Quote(said.Text)}{(Words.Nearest(said.Text, words) is { } near ? $"; did you mean {Words.Quote(near)}?" : "")}");
        return null;
    }

    public int? Integer(string key, int lowest, int highest) =>
        (int?)Number(key, $"a whole number, {lowest} to {highest}", Quantity.Whole, lowest, highest);

    /// <summary>Milliseconds.</summary>
    public int? Duration(string key, int lowest, int highest) =>
        (int?)Number(key, $"a time from {Quantity.TimeText(lowest)} to {Quantity.TimeText(highest)}, like 10s (units ms, s, m, h)", Quantity.Duration, lowest, highest);

    /// <summary>Bytes.</summary>
    public long? Size(string key, long lowest, long highest) =>
        Number(key, $"a size from {Quantity.SizeText(lowest)} to {Quantity.SizeText(highest)}, like 64MiB (units KiB, MiB, GiB, TiB)", Quantity.Size, lowest, highest);

    private long? Number(string key, string expected, Func<string, long?> parse, long lowest, long highest)
    {
        if (Find(key) is not { } value)
            return null;
        if (value is YamlScalar scalar && parse(scalar.Text) is { } number && number >= lowest && number <= highest)
            return number;
        Expected(key, expected, value);
        return null;
    }

    /// <summary>Thousandths.</summary>
    public int? Thousandths(string key, int lowest, int highest, string expected) => (int?)Number(key, expected, Quantity.Thousandths, lowest, highest);

    private Said? TextOf(string name, YamlNode value, string expected, int longest)
    {
        if (value is not YamlScalar { IsNothing: false } scalar)
            Expected(name, value.Place, expected, value.Found);
        else if (scalar.Text.Length > longest)
            Expected(name, value.Place, $"{expected} of at most {longest} characters", $"{scalar.Text.Length}");
        else if (scalar.Text.Contains('\0', StringComparison.Ordinal))
            Expected(name, value.Place, $"{expected} without NUL", scalar.Found);
        else
            return scalar.Said;
        return null;
    }
}

using System.Text.RegularExpressions;
using G8os.Decisions.Keys;

namespace G8os.Controller.Nodes;

/// <summary>What names and labels may look like.</summary>
internal static partial class Names
{
    public const int MaxLabels = 32;

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"^[A-Za-z0-9._:/-]{0,63}\z")]
    private static partial Regex LabelValue();

    /// <summary>A name, and none that could be taken for a node's id.</summary>
    public static bool IsName(string text) => Name().IsMatch(text) && !P256.IsNodeId(text);

    /// <summary>Null when the labels are fine, else what is wrong with them.</summary>
    public static string? Fault(SortedDictionary<string, string> labels)
    {
        if (labels.Count > MaxLabels)
            return $"{labels.Count} labels are more than {MaxLabels}";
        foreach (var (key, value) in labels)
        {
            if (!LabelKey().IsMatch(key))
                return $"'{key}' is not a label name: 1 to 63 letters, digits and . _ / -";
            if (value is null || !LabelValue().IsMatch(value))
                return $"'{value}' is not a label value: up to 63 letters, digits and . _ : / -";
        }
        return null;
    }

    /// <summary>Reads <c>k=v,k2=v2</c>; null when it is not that.</summary>
    public static SortedDictionary<string, string>? ParseLabels(string text)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                return null;
            labels[pair[..equals]] = pair[(equals + 1)..];
        }
        return labels.Count > 0 && Fault(labels) is null ? labels : null;
    }

    /// <summary>True when every wanted label is there with this value.</summary>
    public static bool Match(SortedDictionary<string, string> wanted, SortedDictionary<string, string> labels) =>
        wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
}

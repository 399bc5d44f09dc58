using System.Text.RegularExpressions;
using G8os.Decisions.Keys;
using G8os.Model;

namespace G8os.Controller.Nodes;

/// <summary>What names and labels may look like.</summary>
internal static partial class Names
{
    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Name();

    /// <summary>A name, and none that could be taken for a node's id.</summary>
    public static bool IsName(string text) => Name().IsMatch(text) && !P256.IsNodeId(text);

    /// <summary>Null when the labels are fine, else what is wrong with them.</summary>
    public static string? Fault(SortedDictionary<string, string> labels) =>
        labels.Count > NodeLabels.Max
            ? $"{labels.Count} labels are more than {NodeLabels.Max}"
            : labels.Select(label => NodeLabels.Fault(label.Key, label.Value)).FirstOrDefault(fault => fault is not null);

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

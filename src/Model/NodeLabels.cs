using System.Text.RegularExpressions;

namespace G8os.Model;

/// <summary>What a node's labels may look like; the same for the controller, which keeps them, and for files that give them.</summary>
public static partial class NodeLabels
{
    /// <summary>Labels of one node.</summary>
    public const int Max = 32;

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"^[A-Za-z0-9._:/-]{0,63}\z")]
    private static partial Regex Value();

    /// <summary>Null when a node may have this label, else what is wrong with it.</summary>
    public static string? Fault(string key, string? value)
    {
        if (!Key().IsMatch(key))
            return $"'{key}' is not a label name: 1 to 63 letters, digits and . _ / -";
        return value is not null && Value().IsMatch(value) ? null : $"'{value}' is not a label value: up to 63 letters, digits and . _ : / -";
    }
}

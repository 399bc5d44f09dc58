using G8os.Client;

namespace G8os.Cli.Read;

/// <summary>Labels as they are typed: <c>k=v</c>, several with commas or by repeating the option.</summary>
internal static class Labels
{
    public const int LabelsMax = 64;

    /// <exception cref="ClientException">One is not KEY=VALUE, or a key has two values.</exception>
    public static SortedDictionary<string, string> Parse(IEnumerable<string> typed, string option)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in typed.SelectMany(t => t.Split(',')))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || pair.AsSpan().ContainsAny(" \t\n"))
                throw new ClientException($"cannot read {option} \"{pair}\"", "it wants KEY=VALUE, e.g. site=gent", ExitCode.Usage);
            var (key, value) = (pair[..equals], pair[(equals + 1)..]);
            if (labels.TryGetValue(key, out var other) && other != value)
                throw new ClientException($"cannot take {option} \"{pair}\": \"{key}\" is already \"{other}\"", "give each key once", ExitCode.Usage);
            labels[key] = value;
        }
        return labels.Count <= LabelsMax ? labels
            : throw new ClientException($"cannot take {labels.Count} labels", $"at most {LabelsMax} are allowed", ExitCode.Usage);
    }

    public static string Join(IReadOnlyDictionary<string, string> labels) => string.Join(',', labels.Select(l => $"{l.Key}={l.Value}"));
}

using G8os.Client;
using G8os.Model;

namespace G8os.Cli.Read;

/// <summary>Where a command goes: <c>NODE[,NODE]</c> or <c>k=v[,k=v]</c>, never both.</summary>
internal sealed record Targets(Values<string> Nodes, SortedDictionary<string, string> Labels)
{
    public const string Form = "--on NODE[,NODE…] or --on KEY=VALUE[,KEY=VALUE…]";

    /// <exception cref="ClientException">Nothing was given, or nodes and labels were mixed.</exception>
    public static Targets Parse(string text)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        if (words.Any(w => w.Length == 0))
            throw new ClientException($"cannot read --on \"{text}\"", $"it wants {Form}", ExitCode.Usage);
        var labels = words.Count(w => w.Contains('=', StringComparison.Ordinal));
        if (labels == words.Length)
            return new Targets([], Read.Labels.Parse(words, "--on"));
        if (labels > 0)
            throw new ClientException($"cannot read --on \"{text}\": it mixes nodes and labels", $"it wants {Form}", ExitCode.Usage);
        return new Targets(words.Select(NodeName.Bare).Distinct().ToValues(), []);
    }
}

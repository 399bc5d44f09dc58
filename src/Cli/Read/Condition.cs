using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Read;

/// <summary>What <c>g8os wait</c> waits for: a field of a node and the value it shall have.</summary>
internal sealed record Condition(string Field, string Value)
{
    private static readonly SortedDictionary<string, Func<NodeView, string>> Fields = new(StringComparer.Ordinal)
    {
        ["phase"] = n => n.Phase,
        ["state"] = n => n.State,
        ["uplink"] = n => n.Uplink,
        ["candidate"] = n => n.Candidate,
        ["address"] = n => n.Address,
        ["name"] = n => n.Name,
    };

    /// <exception cref="ClientException">It is not FIELD=VALUE, or the field is not known.</exception>
    public static Condition Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var field = equals < 0 ? text : text[..equals];
        if (!Fields.ContainsKey(field))
            throw Wrong(text, $"a node has no \"{field}\"{NearestWord.Advice(field, Fields.Keys)}");
        return equals > 0 && equals + 1 < text.Length ? new Condition(field, text[(equals + 1)..]) : throw Wrong(text, "it names no value");
    }

    public bool Holds(NodeView node) => string.Equals(Fields[Field](node), Value, StringComparison.OrdinalIgnoreCase);

    public string Seen(NodeView node) => Fields[Field](node) is { Length: > 0 } seen ? seen : "not known yet";

    private static ClientException Wrong(string text, string reason) => new($"cannot wait for \"{text}\": {reason}",
        $"it wants FIELD=VALUE with one of {string.Join(", ", Fields.Keys)}, e.g. phase=managed", ExitCode.Usage);
}

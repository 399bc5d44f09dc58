using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Decisions.Network;

namespace G8os.Decisions.Boot;

/// <summary>One line of a node's journal: the state a segment begins with, or an event and the state's digest after it.</summary>
public sealed record JournalLine
{
    /// <summary>Set on the first line of a segment that continues another one.</summary>
    public BootState? Snapshot { get; init; }
    public Event? Event { get; init; }
    /// <summary>Of the state after this line; a replay must meet it.</summary>
    public required string Digest { get; init; }
    /// <summary>Wall clock, for people only.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>How a replay ended: the states it went through, or where it left the recorded path.</summary>
public sealed record Replay(BootState? State, int Lines, IReadOnlyList<string> Transitions, string? Fault);

/// <summary>The journal of a boot: what happened, written before it is acted on, so that a laptop can walk the same way.</summary>
public static class BootJournal
{
    public static string Write(JournalLine line) => JsonSerializer.Serialize(line, BootJson.Default.JournalLine);

    public static string Digest(BootState state) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(state, BootJson.Default.BootState)).AsSpan(0, 8));

    /// <summary>Drives the machine through a journal. A last line cut by a crash is left out; any other bad line is a fault.</summary>
    public static Replay Run(IEnumerable<string> lines)
    {
        BootState? state = null;
        var transitions = new List<string>();
        var count = 0;
        string? cut = null;
        foreach (var text in lines)
        {
            if (cut is not null)
                return new(state, count, transitions, cut);
            if (text.Length == 0)
                continue;
            JournalLine line;
            try
            {
                line = JsonSerializer.Deserialize(text, BootJson.Default.JournalLine) ?? throw new JsonException("null is no line");
            }
            catch (Exception fault) when (fault is JsonException or NotSupportedException)
            {
                cut = $"line {count + 1} is not a journal line: {fault.Message}";
                continue;
            }
            count++;
            if (TryApply(ref state, line, transitions) is { } wrong)
                return new(state, count, transitions, $"line {count}: {wrong}");
        }
        return new(state, count, transitions, null);
    }

    /// <summary>Whoever brings a journal may have changed it: what no node ever sees is told, as the machine would rather stop than go on with it.</summary>
    private static string? TryApply(ref BootState? state, JournalLine line, List<string> transitions)
    {
        try
        {
            return Apply(ref state, line, transitions);
        }
        catch (Exception impossible) when (impossible is not OutOfMemoryException)
        {
            return $"no node sees this: {impossible.Message}";
        }
    }

    private static string? Apply(ref BootState? state, JournalLine line, List<string> transitions)
    {
        var before = state?.Phase;
        Model.Values<Effect> effects = [];
        if (line.Snapshot is { } snapshot)
            state = snapshot;
        else if (line.Event is BootStarted started)
            (state, effects) = BootMachine.Start(started);
        else if (line.Event is { } happened && state is not null)
            (state, effects) = BootMachine.Step(state, happened);
        else
            return state is null ? "the journal begins neither with a start nor with a snapshot" : "it holds neither a snapshot nor an event";
        foreach (var effect in effects)
            if (effect is Tell tell)
                transitions.Add($"{At(line)}  {tell.What}: {tell.Evidence}");
        if (state.Phase != before)
            transitions.Add($"{At(line)}  phase {state.Phase}".ToLowerInvariant());
        return Digest(state) == line.Digest ? null : $"the state differs from the recorded one ({Digest(state)}, not {line.Digest}): another version of g8os wrote it";
    }

    private static string At(JournalLine line) => line.Event is { } happened ? (happened.At / 1000.0).ToString("F3", CultureInfo.InvariantCulture).PadLeft(11) : "           ";
}

/// <summary>JSON of states and events, for journals.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalLine))]
[JsonSerializable(typeof(BootState))]
[JsonSerializable(typeof(Parked))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Model.Table<int>))]
public sealed partial class BootJson : JsonSerializerContext;

using G8os.Decisions;
using G8os.Decisions.Boot;

namespace G8os.Sim;

/// <summary>A node's journal in memory, replayed at the end: the same events must lead to the same state, and it must hold no secret.</summary>
public sealed class Journal(string secret)
{
    private readonly List<string> lines = [];
    private BootState? last;

    public void Add(Event happened, BootState after)
    {
        lines.Add(BootJournal.Write(new JournalLine { Event = happened, Digest = BootJournal.Digest(after) }));
        last = after;
    }

    public void Check(Node node)
    {
        var replay = BootJournal.Run(lines);
        if (replay.Fault is { } fault)
            throw new ViolationException("AJournalReplaysToTheSameState", $"{node.Name}: {fault}");
        if (last is not null && BootJournal.Digest(replay.State!) != BootJournal.Digest(last))
            throw new ViolationException("AJournalReplaysToTheSameState", $"{node.Name}: the last state differs");
        if (lines.Exists(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)))
            throw new ViolationException("NoSecretIsWritten", $"{node.Name}: the disk key is in its journal");
    }
}

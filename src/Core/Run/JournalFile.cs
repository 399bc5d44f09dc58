using G8os.Decisions;
using G8os.Decisions.Boot;

namespace G8os.Core.Run;

/// <summary>Writes the boot's journal: a segment per core start and per 4 MiB, the newest eight kept.</summary>
internal sealed class JournalFile : IDisposable
{
    private const long SegmentMax = 4 << 20;
    private const int SegmentsKept = 8;
    private readonly NodeClock clock;
    private StreamWriter? writer;

    public JournalFile(NodeClock clock)
    {
        this.clock = clock;
        Directory.CreateDirectory(NodeFiles.Journal);
        Open(null);
    }

    public void Add(Event happened, BootState after)
    {
        if (writer is { BaseStream.Length: > SegmentMax })
            Open(after);
        else
            Write(new JournalLine { Event = happened, Digest = BootJournal.Digest(after), Time = clock.Now });
    }

    public void Dispose() => writer?.Dispose();

    private void Open(BootState? snapshot)
    {
        writer?.Dispose();
        var old = Directory.GetFiles(NodeFiles.Journal, "*.jsonl").Order(StringComparer.Ordinal).ToList();
        foreach (var file in old.Take(Math.Max(0, old.Count - SegmentsKept + 1)))
            File.Delete(file);
        var number = old.Count == 0 ? 1 : int.Parse(Path.GetFileNameWithoutExtension(old[^1]), System.Globalization.CultureInfo.InvariantCulture) + 1;
        writer = new StreamWriter(Path.Combine(NodeFiles.Journal, $"{number:D8}.jsonl")) { AutoFlush = true };
        if (snapshot is not null)
            Write(new JournalLine { Snapshot = snapshot, Digest = BootJournal.Digest(snapshot), Time = clock.Now });
    }

    /// <summary>A full disk costs the journal, not the node.</summary>
    private void Write(JournalLine line)
    {
        try
        {
            writer?.WriteLine(BootJournal.Write(line));
        }
        catch (IOException fault)
        {
            CoreLog.Write($"cannot write the journal: {fault.Message}; it is given up until the core restarts");
            writer = null;
        }
    }
}

using System.Globalization;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Linux.Files;

namespace G8os.Core.Run;

/// <summary>Writes the boot's journal: a segment per core start and per 4 MiB, the newest eight kept. A full disk costs the journal, not the node.</summary>
internal sealed class JournalFile : IDisposable
{
    private const long SegmentMax = 4 << 20;
    private const int SegmentsKept = 8;
    /// <summary>Milliseconds until a journal that could not be written is tried again, with a snapshot.</summary>
    private const long RetryAfter = 60_000;
    private readonly NodeClock clock;
    private StreamWriter? writer;
    private string segment = "";
    private long retryAt;

    public JournalFile(NodeClock clock)
    {
        this.clock = clock;
        TryWrite(() => Open(null));
    }

    public void Add(Event happened, BootState after)
    {
        if (writer is null && happened.At < retryAt)
            return;
        TryWrite(() =>
        {
            if (writer is null || writer.BaseStream.Length > SegmentMax)
                Open(after);
            else
                Write(new JournalLine { Event = happened, Digest = BootJournal.Digest(after), Time = clock.Now });
        });
    }

    public void Dispose() => TryWrite(() => writer?.Dispose());

    private void Open(BootState? snapshot)
    {
        writer?.Dispose();
        Directory.CreateDirectory(NodeFiles.Journal);
        var old = Directory.GetFiles(NodeFiles.Journal, "*.jsonl").Order(StringComparer.Ordinal).ToList();
        foreach (var file in old.Take(Math.Max(0, old.Count - SegmentsKept + 1)))
            File.Delete(file);
        var number = old.Count == 0 ? 1 : int.Parse(Path.GetFileNameWithoutExtension(old[^1]), CultureInfo.InvariantCulture) + 1;
        segment = Path.Combine(NodeFiles.Journal, $"{number:D8}.jsonl");
        writer = new StreamWriter(segment) { AutoFlush = true };
        if (snapshot is not null)
            Write(new JournalLine { Snapshot = snapshot, Digest = BootJournal.Digest(snapshot), Time = clock.Now });
        StateDisk.Clear(NodeFiles.Journal);
    }

    private void Write(JournalLine line) => writer!.WriteLine(BootJournal.Write(line));

    /// <summary>The writer keeps what it could not write and would throw again: it is let go, its file ends with a cut line.</summary>
    private void TryWrite(Action write)
    {
        try
        {
            write();
        }
        catch (IOException fault) when (DiskFault.Say(fault) is not null)
        {
            StateDisk.Tell(NodeFiles.Journal, DiskFault.Say(fault)!);
            // An empty segment would push an older one out at the next try.
            if (new FileInfo(segment) is { Exists: true, Length: 0 })
                File.Delete(segment);
            (writer, retryAt) = (null, NodeClock.Monotonic + RetryAfter);
        }
    }
}

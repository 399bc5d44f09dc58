using System.Text;
using G8os.Decisions.Boot;

namespace G8os.Fuzz;

/// <summary>A journal that somebody brings: it replays, or is told where it is none; it never brings the program down.</summary>
internal static class JournalTarget
{
    public static readonly string[] Words =
    [
        "{\"event\":{\"event\":\"", "\"snapshot\":{", "\"digest\":\"", "null", "\n", "\"link\":", "\"links\":", "\"lease\":", "\"at\":", "-1", "9223372036854775807", "[]", "{}", "{", "}", "[", "]", ",",
        "LinksSeen", "ProbeEnded", "LeaseGranted", "Ticked", "BootStarted", "ArpSeen", "SessionClosed", "WorkFailed",
    ];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n');
        var replay = BootJournal.Run(lines);
        if (replay.Lines > lines.Length)
            throw new BrokenPromiseException($"{replay.Lines} lines in {lines.Length}");
        if (replay.Fault is { } fault && fault.Length == 0)
            throw new BrokenPromiseException("a fault without words");
    }
}

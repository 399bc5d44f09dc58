using G8os.Cli.Show;

namespace G8os.Cli.Sandboxes;

/// <summary>What is being done, on one line that is written over at a terminal; without one, a line for each new thing, and none for its counts.</summary>
internal sealed class ProgressLine(Surroundings here) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private long shown;
    private bool open;

    /// <summary>Says something new.</summary>
    public void Say(string text)
    {
        if (!here.ErrorIsTerminal)
        {
            here.Error.WriteLine(Clean.Line(text));
            return;
        }
        here.Error.Write($"\r\e[K{Cut(text)}");
        open = true;
    }

    /// <summary>Says how far it is: at most ten times a second, and only to people.</summary>
    public void Count(Func<string> text)
    {
        if (!here.ErrorIsTerminal || (shown != 0 && System.Diagnostics.Stopwatch.GetElapsedTime(shown) < Pace))
            return;
        shown = System.Diagnostics.Stopwatch.GetTimestamp();
        Say(text());
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (open)
            here.Error.Write("\r\e[K");
        open = false;
    }

    private string Cut(string text) => Clean.Line(text) is var line && line.Length < here.Columns() ? line : line[..Math.Max(0, here.Columns() - 1)];
}

namespace G8os.Cli.Show;

/// <summary>
/// The last line of a command that waits: what for, and why. On a terminal it is one line that changes; elsewhere each new reason is
/// a line of its own.
/// </summary>
internal sealed class WaitLine(Surroundings here)
{
    private const string EraseLine = "\r\x1b[2K";
    private string shown = "";

    /// <param name="reason">What is waited for and why; a new one is news.</param>
    /// <param name="moving">What changes by itself, e.g. how long it has been; only shown on a terminal.</param>
    public void Show(string reason, string moving = "")
    {
        var line = Clean.Line(reason);
        if (here.ErrorIsTerminal)
        {
            var whole = moving.Length == 0 ? line : $"{line} ({moving})";
            var columns = Math.Max(1, here.Columns() - 1);
            here.Error.Write(EraseLine + (whole.Length > columns ? whole[..columns] : whole));
        }
        else if (line != shown)
            here.Error.WriteLine(line);
        shown = line;
    }

    /// <summary>Takes the line away again, before anything else is written.</summary>
    public void Clear()
    {
        if (shown.Length > 0 && here.ErrorIsTerminal)
            here.Error.Write(EraseLine);
        if (here.ErrorIsTerminal)
            shown = "";
    }
}

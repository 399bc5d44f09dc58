using G8os.Model.Wire;

namespace G8os.Cli.Show;

/// <summary>The colours of words that mean something.</summary>
internal static class Paint
{
    public static Cell Phase(string phase) => phase switch
    {
        "managed" => new Cell(phase, "green"),
        "" => new Cell("-", "dim"),
        _ => new Cell(phase, "yellow"),
    };

    public static Cell State(string state) => state switch
    {
        "online" => new Cell(state, "green"),
        "pending" => new Cell(state, "blue"),
        "suspect" => new Cell(state, "yellow"),
        "offline" or "lost" or "removed" => new Cell(state, "red"),
        _ => new Cell(state),
    };

    public static Cell Outcome(Outcome? outcome) => outcome switch
    {
        null => new Cell("-", "dim"),
        Model.Wire.Outcome.Ok => new Cell("ok", "green"),
        _ => new Cell(Word(outcome.Value), "red"),
    };

    public static string Word(Outcome outcome) => outcome.ToString().ToLowerInvariant();

    public static Cell OrDash(string text) => text.Length == 0 ? new Cell("-", "dim") : text;
}

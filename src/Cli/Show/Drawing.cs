using Spectre.Console;

namespace G8os.Cli.Show;

/// <summary>Draws tables and lists of facts with Spectre.Console, as wide as the terminal, or as wide as needed without one.</summary>
internal sealed class Drawing : IDisposable
{
    private readonly StringWriter text = new();
    private readonly IAnsiConsole console;

    public Drawing(Surroundings here)
    {
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = here.OutInColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = here.OutInColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = here.Columns();
    }

    public void Table(IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var title in titles)
            table.AddColumn(new TableColumn(new Text(title, Style.Parse("dim"))) { Padding = new Padding(0, 0, 2, 0), NoWrap = title != titles[^1] });
        foreach (var row in rows)
            table.AddRow(row.Select(Painted));
        console.Write(table);
    }

    /// <summary>Names on the left, values on the right.</summary>
    public void Facts(IEnumerable<(string Name, Cell Value)> facts)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in facts)
            table.AddRow(new Text(name, Style.Parse("dim")), Painted(value));
        console.Write(table);
    }

    public void Line(params ReadOnlySpan<Cell> cells)
    {
        foreach (var cell in cells)
            console.Write(Painted(cell));
        console.WriteLine();
    }

    public void Dispose() => text.Dispose();

    /// <summary>What was drawn, without blanks at the ends of lines, which tables leave.</summary>
    public override string ToString() =>
        string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));

    private static Text Painted(Cell cell) => new(Clean.Line(cell.Text), cell.Style.Length == 0 ? Style.Plain : Style.Parse(cell.Style));
}

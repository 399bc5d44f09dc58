using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>The picture of <c>g8os explain app/NAME</c>.</summary>
internal static class ExplainAppDraw
{
    public static string Draw(AppExplanation explanation, Surroundings here)
    {
        using var drawing = new Drawing(here);
        drawing.Line(explanation.Summary);
        drawing.Line();
        drawing.Table(["SERVICE", "LINK", "WHAT IS SEEN"], explanation.Chain.Select(link => (IReadOnlyList<Cell>)
            [link.Service, link.Broken ? new Cell(link.Link, "red") : new Cell(link.Link), link.Says]));
        if (explanation.Transitions.Count > 0)
        {
            drawing.Line();
            drawing.Table(["WHEN", "WHAT", "BECAUSE"], explanation.Transitions.Select(line => (IReadOnlyList<Cell>)
                [new Cell(RelativeTime.Of(line.Time, here.Now()), "dim"), line.What, line.Evidence]));
        }
        if (explanation.Log.Count > 0)
        {
            drawing.Line();
            drawing.Line(new Cell($"Last lines of its log on {explanation.Log[0].Node}:", "bold"));
            foreach (var line in explanation.Log)
                drawing.Line("  ", line.Text);
        }
        if (explanation.Next.Length > 0)
        {
            drawing.Line();
            drawing.Line(new Cell("Next: ", "bold"), explanation.Next);
        }
        return drawing.ToString();
    }
}

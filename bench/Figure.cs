namespace G8os.Bench;

/// <summary>One measured figure: the median of its runs with their least and most; a peer beside it when there is one.</summary>
public sealed record Figure(string Name, double Value, string Unit, double Min, double Max, string? Peer = null, double? PeerValue = null)
{
    public double? Ratio => PeerValue is > 0 ? Value / PeerValue : null;

    public static Figure Of(string name, string unit, IReadOnlyCollection<double> runs)
    {
        var sorted = runs.Order().ToList();
        return new Figure(name, sorted[sorted.Count / 2], unit, sorted[0], sorted[^1]);
    }
}

using System.Globalization;
using System.Text.Json;

namespace G8os.Bench;

/// <summary>Prints figures beside their bars and keeps them in artifacts/bench.</summary>
public static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private sealed record Bar(string Figure, string? Unit, double? Min, double? Max, double? Ratio_max);

    public static void Print(string section, IReadOnlyList<Figure> figures)
    {
        var bars = Bars(section);
        Console.WriteLine($"load average {File.ReadAllText("/proc/loadavg").Trim()}; medians of the runs; seconds on a shared machine compare only within one run");
        Console.WriteLine($"{"figure",-36} {"value",12} {"least",12} {"most",12}  {"bar",-16} verdict");
        foreach (var figure in figures)
        {
            bars.TryGetValue(figure.Name, out var bar);
            var value = $"{Say(figure.Value)} {figure.Unit}";
            Console.WriteLine($"{figure.Name,-36} {value,12} {Say(figure.Min),12} {Say(figure.Max),12}  {Say(bar),-16} {Verdict(bar, figure)}");
        }
        foreach (var missing in bars.Keys.Except(figures.Select(figure => figure.Name)))
            Console.WriteLine($"{missing,-36} {"not measured",12}");
    }

    public static void Save(string section, IReadOnlyList<Figure> figures)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root, "artifacts/bench")).FullName;
        var rows = figures.Select(one => new { figure = one.Name, value = one.Value, unit = one.Unit, min = one.Min, max = one.Max, peer = one.Peer, peerValue = one.PeerValue, ratio = one.Ratio });
        File.WriteAllText(Path.Combine(directory, section + ".json"), JsonSerializer.Serialize(rows, Json) + "\n");
    }

    /// <summary>The checkout: where global.json is.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "global.json")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("cannot find the checkout: no global.json above the program");
    }

    private static Dictionary<string, Bar> Bars(string section)
    {
        var all = JsonSerializer.Deserialize<Dictionary<string, List<Bar>>>(File.ReadAllText(Path.Combine(Root, "bench/bars.json")), Json)!;
        return all[section].ToDictionary(bar => bar.Figure);
    }

    private static string Verdict(Bar? bar, Figure figure) =>
        bar is null ? "" : (!(bar.Max < figure.Value) && !(bar.Min > figure.Value) && !(bar.Ratio_max < figure.Ratio)) ? "reached" : "MISSED";

    private static string Say(Bar? bar) => bar switch
    {
        { Max: { } max } => $"≤ {Say(max)} {bar.Unit}",
        { Min: { } min } => $"≥ {Say(min)} {bar.Unit}",
        { Ratio_max: { } ratio } => $"≤ {Say(ratio)} × peer",
        _ => "",
    };

    private static string Say(double value) => value.ToString(value < 100 ? "0.##" : "0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os top</summary>
internal static class Top
{
    private const double Mebibyte = 1024.0 * 1024;

    public static Verb Verb => new("top", "What nodes and apps use: processor and memory.", command =>
    {
        var json = ListingOptions.JsonOption();
        var watch = ListingOptions.WatchOption();
        command.Options.Add(json);
        command.Options.Add(watch);
        return async call =>
        {
            using var client = call.Connect();
            if (call.Get(watch) && !call.Get(json))
                return await Watching.RedrawAsync(call, async cancel => Draw(await client.TopAsync(cancel), call.Here));
            var view = await client.TopAsync(call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(view, WireJson.Default.TopView) + "\n" : Draw(view, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os top", "g8os top -w", "g8os top --json | jq '.apps[].memory'"],
    };

    internal static string Draw(TopView view, Surroundings here)
    {
        using var drawing = new Drawing(here);
        drawing.Table(["NODE", "CPUS", "APPS", "CPU", "MEMORY", "OF"], view.Nodes.Select(node => (IReadOnlyList<Cell>)
            [node.Node, $"{node.Cpus}", $"{node.Apps}", Percent(node.Cpu), Size(node.Memory), Size(node.MemoryBytes)]));
        if (view.Apps.Count == 0)
            return drawing.ToString();
        drawing.Line();
        drawing.Table(["SERVICE", "NODE", "STATE", "CPU", "MEMORY", "RESTARTS"],
            view.Apps.OrderByDescending(app => app.Cpu ?? -1).ThenByDescending(app => app.Memory).ThenBy(app => app.Service, StringComparer.Ordinal)
                .Select(app => (IReadOnlyList<Cell>)[app.Service, app.Node, AppLs.State(app.State, true), Percent(app.Cpu), Size(app.Memory), $"{app.Restarts}"]));
        return drawing.ToString();
    }

    private static Cell Percent(double? cpu) => cpu is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} %") : Paint.OrDash("");

    private static Cell Size(long bytes) => bytes == 0 ? Paint.OrDash("") : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte:0.0} MiB");
}

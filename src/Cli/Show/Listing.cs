using System.Text.Json.Serialization.Metadata;
using G8os.Client;
using G8os.Model;

namespace G8os.Cli.Show;

/// <summary>A list of things of one kind, and every way it can be shown.</summary>
internal sealed class Listing<T>
{
    /// <summary>What tells one item from another; also what <c>-o name</c> prints.</summary>
    public required Func<T, string> Key { get; init; }
    public required IReadOnlyList<Column<T>> Columns { get; init; }
    public required JsonTypeInfo<Values<T>> JsonType { get; init; }
    public required JsonTypeInfo<T> JsonItem { get; init; }
    /// <summary>Shown instead of an empty table: which command fills it.</summary>
    public required string Empty { get; init; }

    public async Task<int> ShowAsync(Call call, ListingOptions options, Func<CancellationToken, Task<Values<T>>> fetch)
    {
        if (options.Watch(call))
            return await WatchAsync(call, options, fetch);
        var items = await fetch(call.Cancel);
        if (options.InJson(call))
            call.Here.Out.WriteLine(Json.Pretty(items, JsonType));
        else if (options.Names(call))
            foreach (var item in items)
                call.Here.Out.WriteLine(Clean.Line(Key(item)));
        else if (items.Count == 0)
            call.Here.Error.WriteLine(Empty);
        else
            call.Here.Out.Write(Draw(call.Here, items, options.Wide(call)));
        return ExitCode.Ok;
    }

    public string Draw(Surroundings here, Values<T> items, bool wide)
    {
        var columns = Columns.Where(c => wide || !c.Wide).ToList();
        using var drawing = new Drawing(here);
        drawing.Table([.. columns.Select(c => c.Title)], items.Select(i => (IReadOnlyList<Cell>)[.. columns.Select(c => c.Value(i))]));
        return drawing.ToString();
    }

    private Task<int> WatchAsync(Call call, ListingOptions options, Func<CancellationToken, Task<Values<T>>> fetch)
    {
        var wide = options.Wide(call);
        if (call.Here.OutIsTerminal && !options.InJson(call) && !options.Names(call))
            return Watching.RedrawAsync(call, async cancel => await fetch(cancel) is { Count: > 0 } items ? Draw(call.Here, items, wide) : Empty + "\n");
        return Watching.ChangesAsync(call, async cancel => [.. (await fetch(cancel)).Select(i => Row(i, call, options, wide))],
            gone: key => options.InJson(call) ? null : $"{key} is gone");
    }

    /// <summary>One item for a watch without a terminal: its line, and what of it is news when it changes.</summary>
    private WatchedRow Row(T item, Call call, ListingOptions options, bool wide)
    {
        var news = string.Join('\t', Columns.Where(c => !c.Moves).Select(c => c.Value(item).Text));
        var line = options.InJson(call) ? Json.Line(item, JsonItem)
            : options.Names(call) ? Clean.Line(Key(item))
            : string.Join("  ", Columns.Where(c => wide || !c.Wide).Select(c => Clean.Line(c.Value(item).Text)).Where(t => t.Length > 0));
        return new WatchedRow(Key(item), news, line);
    }
}

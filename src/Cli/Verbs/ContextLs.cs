using G8os.Cli.Show;
using G8os.Client;
using G8os.Model;

namespace G8os.Cli.Verbs;

/// <summary>A context as it is shown: without its token.</summary>
internal sealed record ContextView(string Name, bool Active, string Url, string Pin, SortedDictionary<string, string> Reach);

/// <summary>g8os context ls</summary>
internal static class ContextLs
{
    private const int ShortPin = 19;

    public static Verb Verb => new("context ls", "List the grids this operator has logged in to.", command =>
    {
        var options = new ListingOptions(command);
        return call => Listing.ShowAsync(call, options, _ =>
        {
            var file = call.Contexts.Read();
            var active = call.Here.Variable(ContextStore.OverrideVariable) is { Length: > 0 } other ? other : file.Active;
            return Task.FromResult(file.Contexts.Select(c => new ContextView(c.Name, c.Name == active, c.Url, c.Pin, c.Reach)).ToValues());
        });
    })
    {
        Examples = ["g8os context ls", "g8os context ls --json"],
    };

    private static Listing<ContextView> Listing { get; } = new()
    {
        Key = c => c.Name,
        JsonType = CliJson.Default.ValuesContextView,
        JsonItem = CliJson.Default.ContextView,
        Empty = "There are no contexts; g8os login makes one, with the string that g8os-controller login-link prints",
        Columns =
        [
            new("IN USE", c => c.Active ? new Cell("yes", "green") : new Cell("no", "dim")),
            new("NAME", c => c.Name),
            new("URL", c => c.Url),
            new("PIN", c => c.Pin[..Math.Min(ShortPin, c.Pin.Length)] + "…"),
            new("SSH BY", c => string.Join(',', c.Reach.Select(r => $"{r.Key}={r.Value}"))) { Wide = true },
        ],
    };
}

using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os token ls</summary>
internal static class TokenLs
{
    public static Verb Verb => new("token ls", "List the join tokens, without their secrets.", command =>
    {
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, client.TokensAsync);
        };
    })
    {
        Examples = ["g8os token ls", "g8os token ls --json"],
    };

    private static Listing<TokenView> Listing(Surroundings here) => new()
    {
        Key = t => t.Id,
        JsonType = WireJson.Default.ValuesTokenView,
        JsonItem = WireJson.Default.TokenView,
        Empty = "There are no join tokens; make one: g8os token create",
        Columns =
        [
            new("ID", t => t.Id),
            new("NODE", t => Paint.OrDash(t.NodeName ?? "")),
            new("LABELS", t => Paint.OrDash(Labels.Join(t.Labels))),
            new("USES LEFT", t => $"{t.UsesLeft}"),
            new("ENDS", t => RelativeTime.Of(t.Expires, here.Now())) { Moves = true },
        ],
    };
}

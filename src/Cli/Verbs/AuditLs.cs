using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os audit ls</summary>
internal static class AuditLs
{
    private const int LimitStandard = 50;

    public static Verb Verb => new("audit ls", "List the newest lines of the audit log.", command =>
    {
        var limit = Arguments.Limit(LimitStandard);
        command.Options.Add(limit);
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, cancel => client.AuditAsync(call.Get(limit), cancel));
        };
    })
    {
        Examples = ["g8os audit ls", "g8os audit ls --limit 500 --json"],
    };

    private static Listing<AuditEntry> Listing(Surroundings here) => new()
    {
        Key = e => $"{e.Number}",
        JsonType = WireJson.Default.ValuesAuditEntry,
        JsonItem = WireJson.Default.AuditEntry,
        Empty = "The audit log is empty; whatever is done from now on is written to it, e.g. by g8os token create",
        Columns =
        [
            new("NUMBER", e => $"{e.Number}"),
            new("WHEN", e => RelativeTime.Of(e.Time, here.Now())) { Moves = true },
            new("WHO", e => e.Who),
            new("WHAT", e => e.What),
            new("SUBJECT", e => Paint.OrDash(e.Subject)),
            new("HASH", e => e.Hash) { Wide = true },
            new("DETAIL", e => e.Detail),
        ],
    };
}

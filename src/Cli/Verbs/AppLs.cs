using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os app ls</summary>
internal static class AppLs
{
    public static Verb Verb => new("app ls", "List the services: where each is, its state, its version.", command =>
    {
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, client.AppsAsync);
        };
    })
    {
        Examples = ["g8os app ls", "g8os app ls -w", "g8os app ls --json | jq '.[] | select(.ready | not)'"],
    };

    public static Cell State(string state, bool ready) => state switch
    {
        "running" => new Cell(state, ready ? "green" : "yellow"),
        "failed" or "degraded" or "backoff" => new Cell(state, "red"),
        _ => new Cell(state, "yellow"),
    };

    private static Listing<AppView> Listing(Surroundings here) => new()
    {
        Key = app => $"{app.Service} on {app.Node}",
        JsonType = WireJson.Default.ValuesAppView,
        JsonItem = WireJson.Default.AppView,
        Empty = "There are no apps yet; a blueprint of kind: app makes one: g8os ays clone, commit, git push",
        Columns =
        [
            new("SERVICE", app => app.Service),
            new("NODE", app => app.Node),
            new("STATE", app => State(app.State, app.Ready)),
            new("READY", app => app.Ready ? new Cell("yes", "green") : new Cell("no", "yellow")),
            new("VERSION", app => Paint.OrDash(app.Sandbox)),
            new("RESTARTS", app => $"{app.Restarts}"),
            new("SINCE", app => Paint.OrDash(RelativeTime.Of(app.Since, here.Now()))) { Moves = true },
            new("REASON", app => app.Reason),
        ],
    };
}

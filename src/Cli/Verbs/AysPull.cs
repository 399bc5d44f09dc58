using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays pull</summary>
internal static class AysPull
{
    public static Verb Verb => new("ays pull", "Fetch the repository that the controller follows, now.", command =>
    {
        var json = ListingOptions.JsonOption();
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var view = await client.PullAsync(call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(view, WireJson.Default.AysView) + "\n" : AysStatus.Draw(view, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays pull"],
    };
}

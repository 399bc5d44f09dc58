using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox gc</summary>
internal static class SandboxGc
{
    public static Verb Verb => new("sandbox gc", "Remove objects from the grid's store that no sandbox has.", command =>
    {
        var json = ListingOptions.JsonOption();
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var result = await client.CleanStoreAsync(call.Cancel);
            call.Here.Out.WriteLine(call.Get(json)
                ? Json.Pretty(result, WireJson.Default.GcResult)
                : $"{result.Objects} objects removed, {Sizes.Of(result.Bytes)}{(result.Kept == 0 ? "" : $"; {result.Kept} are younger than an hour and stay: somebody may be pushing")}");
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os sandbox gc"],
    };
}

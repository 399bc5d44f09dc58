using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox ls</summary>
internal static class SandboxLs
{
    public static Verb Verb => new("sandbox ls", "List the sandboxes of the grid.", command =>
    {
        var options = new ListingOptions(command);
        return async call =>
        {
            using var client = call.Connect();
            return await Listing(call.Here).ShowAsync(call, options, client.SandboxesAsync);
        };
    })
    {
        Examples = ["g8os sandbox ls", "g8os sandbox ls -o wide", "g8os sandbox ls --json | jq '.[].name'"],
    };

    private static Listing<SandboxView> Listing(Surroundings here) => new()
    {
        Key = sandbox => $"{sandbox.Name}@{sandbox.Version}",
        JsonType = WireJson.Default.ValuesSandboxView,
        JsonItem = WireJson.Default.SandboxView,
        Empty = "There are no sandboxes; g8os sandbox push sends one",
        Columns =
        [
            new("NAME", sandbox => sandbox.Name),
            new("VERSION", sandbox => sandbox.Version),
            new("FILES", sandbox => $"{sandbox.Files}"),
            new("SIZE", sandbox => Sizes.Of(sandbox.Bytes)),
            new("PUSHED", sandbox => RelativeTime.Of(sandbox.Pushed, here.Now())) { Moves = true },
            new("BY", sandbox => sandbox.By),
            new("OBJECTS", sandbox => $"{sandbox.Objects}") { Wide = true },
            new("IMAGE", sandbox => sandbox.Image.ToString()) { Wide = true },
        ],
    };
}

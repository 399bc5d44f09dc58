using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox push</summary>
internal static class SandboxPush
{
    public static Verb Verb => new("sandbox push", "Send a built sandbox to the grid, which signs it: only what it lacks is sent.", command =>
    {
        var directory = SandboxArguments.Directory();
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(directory);
        command.Options.Add(json);
        return async call =>
        {
            var sandbox = SandboxArguments.Open(call.Get(directory));
            using var client = call.Connect();
            Uploaded uploaded;
            using (var progress = new ProgressLine(call.Here))
                uploaded = await new Upload(client, progress).RunAsync(sandbox, call.Cancel);
            var view = await client.PublishAsync(sandbox.Manifest, call.Cancel);
            call.Here.Out.WriteLine(call.Get(json)
                ? Json.Pretty(view, WireJson.Default.SandboxView)
                : Clean.Line($"{sandbox.Manifest.Ref} is in the grid: {uploaded.Sent} of {uploaded.All} objects sent, {Sizes.Of(uploaded.Bytes)}; signed by {view.Publisher}"));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os sandbox push hello@1.0"],
    };
}

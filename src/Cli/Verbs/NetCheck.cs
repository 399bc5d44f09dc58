using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Network;

namespace G8os.Cli.Verbs;

/// <summary>g8os net check</summary>
internal static class NetCheck
{
    public static Verb Verb => new("net check", "Read a net.toml as a node would; no node is needed.", command =>
    {
        var path = new Argument<string>("FILE") { Description = "The net.toml" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(path);
        command.Options.Add(json);
        return call =>
        {
            var file = call.Get(path);
            if (!File.Exists(file))
                throw new ClientException($"cannot check {file}: there is no such file", "nodes keep theirs in /etc/g8os/net.toml", ExitCode.NotFound);
            if (new FileInfo(file).Length > NetToml.MaxLength)
                throw new IOException($"cannot check {file}: it is larger than {NetToml.MaxLength / 1024} KiB");
            var read = NetToml.Parse(File.ReadAllText(file), file);
            if (call.Get(json))
            {
                call.Here.Out.WriteLine(Json.Pretty(read.Errors, CliJson.Default.ValuesConfigError));
                return Task.FromResult(read.Config is null ? ExitCode.Failed : ExitCode.Ok);
            }
            foreach (var error in read.Errors)
                call.Here.Error.WriteLine(Clean.Line(error.ToString()));
            if (read.Config is not { } config)
                return Task.FromResult(ExitCode.Failed);
            call.Here.Out.WriteLine($"{Clean.Line(file)} is right: {config.Links.Count} links, {config.Controllers.Urls.Count} controllers");
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os net check /etc/g8os/net.toml", "g8os net check net.toml --json | jq '.[].message'"],
    };
}

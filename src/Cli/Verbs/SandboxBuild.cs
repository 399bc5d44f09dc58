using System.CommandLine;
using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Build;
using G8os.Store.Tree;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox build</summary>
internal static class SandboxBuild
{
    public static Verb Verb => new("sandbox build", "Make a sandbox of a directory or a recipe; no grid is needed.", command =>
    {
        var source = new Argument<string>("SOURCE") { Description = "A recipe, a directory with a recipe.toml, or a directory that becomes the tree" };
        var output = new Option<string>("--output", "-o") { HelpName = "DIR", Description = "Where NAME@VERSION/ is made", DefaultValueFactory = _ => "." };
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Its name, instead of the recipe's or the directory's" };
        var version = new Option<string?>("--as") { HelpName = "VERSION", Description = "Its version, instead of the recipe's" };
        var cache = new Option<string?>("--cache") { HelpName = "DIR", Description = "Where Debian packages are kept; else $G8OS_CACHE, else ~/.cache/g8os" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(source);
        foreach (var option in (ReadOnlySpan<Option>)[output, name, version, cache, json])
            command.Options.Add(option);
        return async call =>
        {
            var (manifest, directory) = await BuildAsync(call, call.Get(source), call.Get(output), call.Get(name), call.Get(version), CacheOf(call, call.Get(cache)));
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(manifest, WireJson.Default.SandboxManifest));
            else
                call.Here.Out.WriteLine(Clean.Line($"{directory}: {manifest.Entries} names, {manifest.Objects} objects of {Sizes.Of(manifest.Bytes)}, image {Sizes.Of(manifest.ImageSize)}"));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os sandbox build sandboxes/hello --as 2.0", "g8os sandbox build sandboxes/os-tools -o /var/tmp", "g8os sandbox build /srv/tree --name site --as 7"],
    };

    private static async Task<(SandboxManifest, string)> BuildAsync(Call call, string source, string output, string? name, string? version, string cache)
    {
        using var progress = new ProgressLine(call.Here);
        var scratch = new Lazy<string>(() => Directory.CreateTempSubdirectory("g8os-build-").FullName);
        try
        {
            var file = File.Exists(source) ? source : Path.Combine(source, RecipeBuild.FileName);
            if (!File.Exists(file))
            {
                var plain = Named(name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))), version, source);
                if (!Directory.Exists(source))
                    throw new ClientException($"cannot build {source}: there is no such file or directory", "", ExitCode.NotFound);
                return Write(progress, SourceTree.Read(source), plain, [], output);
            }
            var recipe = RecipeBuild.Read(file, error => call.Here.Error.WriteLine(Clean.Line(error)));
            var sandbox = Named(name ?? recipe.Name, version ?? recipe.Version, file);
            var tree = await new RecipeBuild(cache, progress.Say).TreeAsync(recipe, sandbox, file, scratch.Value, call.Cancel);
            return Write(progress, tree, sandbox, recipe.Path ?? (recipe.Tools.Count > 0 ? ["bin"] : []), output);
        }
        finally
        {
            if (scratch.IsValueCreated)
                Directory.Delete(scratch.Value, recursive: true);
        }
    }

    private static (SandboxManifest, string) Write(ProgressLine progress, TreeInode tree, SandboxRef sandbox, Values<string> path, string output)
    {
        var directory = Path.Combine(output, sandbox.ToString());
        progress.Say($"writing {directory}");
        Directory.CreateDirectory(output);
        return (SandboxBuilder.Write(tree, sandbox, path, directory, (files, bytes) => progress.Count(() => $"writing {directory}: {files} files, {Sizes.Of(bytes)}")), directory);
    }

    private static SandboxRef Named(string name, string? version, string source)
    {
        if (!SandboxRef.IsName(name))
            throw new ClientException($"cannot build {source}: \"{name}\" is no name of a sandbox: {SandboxRef.NameRule}", "say it with --name", ExitCode.Usage);
        if (!SandboxRef.IsVersion(version))
            throw new ClientException($"cannot build {source}: {(version is null ? "nothing says its version" : $"\"{version}\" is no version: {SandboxRef.VersionRule}")}", "say it with --as", ExitCode.Usage);
        return new(name, version);
    }

    private static string CacheOf(Call call, string? given)
    {
        string?[] places = [given, call.Here.Variable("G8OS_CACHE"), call.Here.Variable("XDG_CACHE_HOME") is { Length: > 0 } home ? Path.Combine(home, "g8os") : null];
        return Path.GetFullPath(Array.Find(places, place => !string.IsNullOrEmpty(place)) ?? Path.Combine(call.Here.Variable("HOME") ?? "/var", ".cache", "g8os"));
    }
}

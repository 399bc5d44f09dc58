using G8os.Client;
using G8os.Model.Sandboxes;
using G8os.Store.Build;
using G8os.Store.Tree;

namespace G8os.Cli.Sandboxes;

/// <summary>Builds a sandbox from a recipe: packages unpacked into a directory that is thrown away, the recipe applied, the tree written.</summary>
internal sealed class RecipeBuild(string cache, Action<string> say)
{
    /// <summary>The file of a directory that is a recipe.</summary>
    public const string FileName = "recipe.toml";
    /// <summary>Lists the packages of a sandbox, a line each: name, version, architecture.</summary>
    private const string PackageList = "/usr/share/g8os/packages";
    /// <summary>Seconds for files without a time of their own (reproducible-builds.org).</summary>
    private const string EpochVariable = "SOURCE_DATE_EPOCH";

    public static SandboxRecipe Read(string file, Action<string> complain)
    {
        if (new FileInfo(file).Length > RecipeReader.MaxLength)
            throw new ClientException($"cannot read {file}: it is larger than {RecipeReader.MaxLength / 1024} KiB", "", ExitCode.Failed);
        var read = RecipeReader.Parse(File.ReadAllText(file), file);
        foreach (var error in read.Errors)
            complain(error.ToString());
        return read.Recipe ?? throw new ClientException($"cannot build {file}: it has {read.Errors.Count} {(read.Errors.Count == 1 ? "error" : "errors")}, see above", "", ExitCode.Failed);
    }

    /// <summary>The tree of a recipe; <paramref name="scratch"/> holds its files until they are objects.</summary>
    public async Task<TreeInode> TreeAsync(SandboxRecipe recipe, SandboxRef sandbox, string file, string scratch, CancellationToken cancel)
    {
        var beside = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var unpacked = Directory.CreateDirectory(Path.Combine(scratch, "tree")).FullName;
        if (recipe.Packages.Count > 0)
        {
            var packages = await new DebianPackages(cache, say).UnpackAsync(recipe, unpacked, cancel);
            var list = string.Concat(packages.Select(package => $"{package.Name} {package.Version} {package.Architecture}\n"));
            recipe = recipe with { Files = recipe.Files.With(new(PackageList, null, list, null)) };
        }
        say("reading the tree");
        return RecipeTree.Apply(recipe, sandbox, SourceTree.Read(unpacked), from => Beside(beside, from), Epoch());
    }

    private static TreeInode Beside(string directory, string from)
    {
        var path = Path.Combine(directory, from);
        return Path.Exists(path) ? SourceTree.Read(path) : throw new ClientException($"cannot read {path}: it is not there, and the recipe names it", "", ExitCode.NotFound);
    }

    private static long? Epoch() => long.TryParse(Environment.GetEnvironmentVariable(EpochVariable), System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}

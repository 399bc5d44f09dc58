using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays plan</summary>
internal static class AysPlan
{
    private const int BytesMax = 16 * 1024 * 1024;
    private const int FilesMax = 10_000;

    public static Verb Verb => new("ays plan", "What the newest commit, or a checkout, would change; exit code 2 when that is something.", command =>
    {
        var directory = new Option<string?>("--dir") { HelpName = "DIR", Description = "Plan the files of this checkout instead; nothing is changed" };
        var json = ListingOptions.JsonOption();
        command.Options.Add(directory);
        command.Options.Add(json);
        return async call =>
        {
            var files = call.Get(directory) is { } where ? Files(where) : null;
            using var client = call.Connect();
            var plan = await client.PlanAsync(files, call.Cancel);
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(plan, WireJson.Default.PlanView));
            else
                Show(call.Here, plan);
            return plan.Errors.Count > 0 ? ExitCode.Failed : plan.Changes.Count + plan.Nodes.Count > 0 ? ExitCode.Changes : ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays plan", "g8os ays plan --dir .", "g8os ays plan --json | jq '.changes[].service'"],
    };

    private static void Show(Surroundings here, PlanView plan)
    {
        foreach (var error in plan.Errors)
            here.Error.WriteLine(Clean.Line(error));
        foreach (var line in plan.Text.TrimEnd('\n').Split('\n').Where(line => line.Length > 0))
            here.Out.WriteLine(Clean.Line(line));
        if (plan.Held.Length > 0)
            here.Out.WriteLine(Clean.Line($"it cannot be applied now: {plan.Held}"));
    }

    /// <summary>What the robot reads of a checkout: ays.yaml and the blueprints.</summary>
    internal static Values<SourceFile> Files(string directory)
    {
        if (!Directory.Exists(directory))
            throw new ClientException($"cannot plan {directory}: there is no such directory", "give the directory of a checkout: g8os ays clone makes one", ExitCode.NotFound);
        var blueprints = Path.Combine(directory, "blueprints");
        var paths = Directory.EnumerateFiles(directory, "ays.y*ml")
            .Concat(Directory.Exists(blueprints) ? Directory.EnumerateFiles(blueprints, "*.y*ml", SearchOption.AllDirectories) : []).Take(FilesMax + 1).ToList();
        if (paths.Count > FilesMax || paths.Sum(path => new FileInfo(path).Length) > BytesMax)
            throw new ClientException($"cannot plan {directory}: it has more than {FilesMax} blueprints or {BytesMax} bytes of them", "is it the right directory?", ExitCode.Usage);
        return paths.Select(path => new SourceFile(Path.GetRelativePath(directory, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OrderBy(file => file.Path, StringComparer.Ordinal).ToValues();
    }
}

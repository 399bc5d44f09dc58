using System.Globalization;
using System.Text;
using G8os.Model.Toml;
using G8os.Robot.Yaml;

namespace G8os.Robot.Blueprints;

/// <summary>Reads ays.yaml and all blueprints; what other files there are is nobody's business.</summary>
internal static class RepositoryReader
{
    public const string PolicyFile = "ays.yaml";
    private const string Folder = "blueprints/";
    private static readonly string[] Kinds = ["node", "app"];
    private static readonly string[] LaterPolicies = ["prune", "signers", "windows", "approve", "templates"];

    public static RepositoryContents Read(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, AysErrors errors)
    {
        var (nodes, apps) = (new List<NodeBlueprint>(), new List<AppBlueprint>());
        var repository = RepositoryBlueprint.Default;
        foreach (var file in Chosen(files, errors))
        {
            if (YamlText.Read(file.Shown, file.Bytes.Span, errors) is not { } text)
                continue;
            var documents = YamlTree.Read(file.Shown, text, errors);
            if (file.Path == PolicyFile)
                repository = ReadPolicy(documents, errors);
            else
                ReadBlueprints(documents, nodes, apps, errors);
        }
        return new(repository, nodes, apps);
    }

    private readonly record struct BlueprintFile(string Path, string Shown, ReadOnlyMemory<byte> Bytes);

    private static List<BlueprintFile> Chosen(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, AysErrors errors)
    {
        var chosen = new List<BlueprintFile>();
        var bytes = 0L;
        foreach (var path in files.Keys.Where(IsRead).Order(StringComparer.Ordinal))
        {
            var shown = Shown(path);
            if (path == "ays.yml")
                errors.Add(new(shown, 1, 1), "this file is called ays.yaml; rename it");
            else if (chosen.Count == AysLimits.MaxFiles || (bytes += files[path].Length) > AysLimits.MaxBytes)
            {
                errors.AddUnreadable(new(shown, 1, 1), $"there are more than {AysLimits.MaxFiles} blueprints or {AysLimits.MaxBytes / 1024 / 1024} MiB of them; nothing is read");
                return [];
            }
            else
                chosen.Add(new(path, shown, files[path]));
        }
        return chosen;
    }

    /// <summary>A path is as strange as whoever pushed it: what a terminal would not show as it is, is quoted.</summary>
    private static string Shown(string path) =>
        path.EnumerateRunes().Any(rune => Rune.IsControl(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            ? Words.Quote(path) : path;

    public static bool IsRead(string path) =>
        path is PolicyFile or "ays.yml"
        || (path.StartsWith(Folder, StringComparison.Ordinal) && (path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal)));

    private static RepositoryBlueprint ReadPolicy(IReadOnlyList<YamlNode> documents, AysErrors errors)
    {
        if (documents.Count == 0)
            return RepositoryBlueprint.Default;
        if (documents.Count > 1)
            errors.Add(documents[1].Place, "ays.yaml has one document; found a second");
        if (documents[0] is not YamlMap map)
        {
            errors.Add(documents[0].Place, $"ays.yaml: expected a map, like apply: auto; found {documents[0].Found}");
            return RepositoryBlueprint.Default;
        }
        var policy = new Fields(map, "", PolicyFile, errors);
        var apply = policy.Word("apply", "auto", "approve") == "approve" ? AysApply.Approve : AysApply.Auto;
        IReadOnlyList<Said> sandboxes = [];
        if (policy.Map("defaults", "a map, like { sandboxes: [os-tools] }") is { } defaults)
        {
            sandboxes = NodeReader.Sandboxes(defaults);
            defaults.End();
        }
        foreach (var later in LaterPolicies)
            policy.Later(later, "this version does not have it");
        policy.End();
        return new(apply, sandboxes);
    }

    private static void ReadBlueprints(IReadOnlyList<YamlNode> documents, List<NodeBlueprint> nodes, List<AppBlueprint> apps, AysErrors errors)
    {
        foreach (var document in documents)
        {
            if (document is not YamlMap map)
            {
                errors.Add(document.Place, $"a blueprint is a map that begins with kind: node or kind: app; found {document.Found}");
                continue;
            }
            var fields = new Fields(map, "", "the blueprint", errors);
            fields.Require("kind", "kind: app");
            switch (fields.Text("kind", "node or app")?.Text)
            {
                case "node":
                    fields.Title = "the node";
                    if (NodeReader.Read(fields) is { } node)
                        nodes.Add(node);
                    break;
                case "app":
                    fields.Title = "the app";
                    if (AppReader.Read(fields) is { } app)
                        apps.Add(app);
                    break;
                case "template":
                    errors.Add(fields.PlaceOfValue("kind"), "kind: this version does not have templates; it has node and app");
                    break;
                case { } other:
                    errors.Add(fields.PlaceOfValue("kind"), $"kind: expected node or app; found {Words.Quote(other)}{(Words.Nearest(other, Kinds) is { } near ? $"; did you mean {Words.Quote(near)}?" : "")}");
                    break;
            }
        }
    }
}

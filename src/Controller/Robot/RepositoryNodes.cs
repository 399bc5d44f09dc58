using System.Text;
using System.Text.RegularExpressions;
using G8os.Controller.Git;
using G8os.Controller.Nodes;
using G8os.Decisions.Grid;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>Writes the commits of <c>g8os node accept</c> and <c>g8os node rm</c>: a node's name is in the repository.</summary>
internal sealed partial class RepositoryNodes(BareRepository repository, RobotService robot, Func<AysSurroundings> surroundings)
{
    public const string Folder = "blueprints/nodes/";

    [GeneratedRegex(@"^kind:\s*[""']?node\b", RegexOptions.Multiline)]
    private static partial Regex NodeDocument();

    /// <summary>The commit that would name a node, judged; null when none is needed or can be made here.</summary>
    /// <exception cref="Http.ApiFault">The name cannot be given.</exception>
    public async Task<IReadOnlyList<FileChange>?> Naming(NodeRecord node, string name, SortedDictionary<string, string> labels)
    {
        if (repository.Followed.Length > 0 || await repository.Head() is not { } head)
            return null;
        var spec = robot.Picture.Wanted?.Nodes.GetValueOrDefault(name);
        if (spec is not null && Is(spec, node))
            return null;
        if (spec is not null)
            throw new Http.ApiFault(409, "conflict", $"cannot name the node {name}: the repository gives this name to {(spec.Id.Length > 0 ? spec.Id : string.Join(", ", spec.Macs))}", "choose another name, or change the blueprint");
        var changes = new List<FileChange> { new(Folder + name + ".yaml", Document(node, name, labels)) };
        var tree = await repository.Tree(head);
        if (robot.Picture.Names.GetValueOrDefault(node.Id) is { } old && OwnFile(tree, old) is { } file)
            changes.Add(new(file, null));
        var errors = Judge(tree, changes);
        if (errors.Count > 0 && Judge(tree, []).Count == 0)
            throw new Http.ApiFault(409, "conflict", $"cannot name the node {name}: {errors[0]}", "choose another name, or change the blueprint");
        return errors.Count > 0 ? null : changes;
    }

    /// <summary>Commits on top of main. Call with the repository's <see cref="BareRepository.Writing"/> held.</summary>
    public async Task Commit(string who, string message, IReadOnlyList<FileChange> changes) =>
        await robot.Arrived(await repository.Commit(who, message + "\n", changes), who);

    /// <summary>Takes a removed node out of the repository; what is left to do by hand, in a sentence, or nothing.</summary>
    public async Task<string> Remove(NodeRecord node, string who)
    {
        var spec = robot.Picture.Wanted?.Nodes.Values.FirstOrDefault(spec => Is(spec, node));
        if (spec is null || await repository.Head() is not { } head)
            return "";
        var tree = await repository.Tree(head);
        if (repository.Followed.Length > 0 || OwnFile(tree, spec.Name) is not { } file)
            return $"{Where(tree, spec.Name)} still names {spec.Name}: remove it there";
        var errors = Judge(tree, [new(file, null)]);
        if (errors.Count > 0)
            return $"{file} still names {spec.Name}: without it {errors[0]}";
        await Commit(who, $"nodes: remove {spec.Name}", [new(file, null)]);
        return "";
    }

    /// <summary>Whether the blueprint means this machine.</summary>
    public static bool Is(NodeSpec spec, NodeRecord node) => spec.Id.Length > 0 ? spec.Id == node.Id : node.Macs.Any(mac => spec.Macs.Contains(mac.ToLowerInvariant()));

    private IReadOnlyList<string> Judge(RepositoryTree tree, IReadOnlyList<FileChange> changes)
    {
        var files = tree.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Content is null)
                files.Remove(change.Path);
            else
                files[change.Path] = new(change.Path, Encoding.UTF8.GetBytes(change.Content));
        }
        return [.. Blueprints.Compile("", files.Values, surroundings()).Lines];
    }

    // The file that holds this node and nothing else.
    private static string? OwnFile(RepositoryTree tree, string name)
    {
        var file = tree.Files.FirstOrDefault(file => file.Path == Folder + name + ".yaml");
        return file is not null && Encoding.UTF8.GetString(file.Content) is var text
            && !text.Contains("\n---", StringComparison.Ordinal) && NodeDocument().Count(text) == 1 ? file.Path : null;
    }

    private static string Where(RepositoryTree tree, string name)
    {
        foreach (var file in tree.Files.Where(file => file.Path.StartsWith("blueprints/", StringComparison.Ordinal)))
        {
            var lines = Encoding.UTF8.GetString(file.Content).Split('\n');
            var line = Array.FindIndex(lines, line => line.TrimStart('-', ' ').StartsWith("name:", StringComparison.Ordinal) && line.Split(':')[1].Trim(' ', '"', '\'', '\r') == name);
            if (line >= 0)
                return $"{file.Path}:{line + 1}";
        }
        return "a blueprint";
    }

    private static string Document(NodeRecord node, string name, SortedDictionary<string, string> labels)
    {
        var text = new StringBuilder($"kind: node\nname: {name}\nid: \"{node.Id}\"\n");
        if (node.Macs.Count > 0)
            text.Append("macs: [").AppendJoin(", ", node.Macs.Select(mac => $"\"{mac.ToLowerInvariant()}\"")).Append("]\n");
        if (labels.Count > 0)
            text.Append("labels: { ").AppendJoin(", ", labels.Select(label => $"\"{label.Key}\": \"{label.Value}\"")).Append(" }\n");
        return text.ToString();
    }
}

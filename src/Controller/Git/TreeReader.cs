using System.Globalization;
using System.Text;

namespace G8os.Controller.Git;

/// <summary>One file of a commit.</summary>
internal sealed record TreeFile(string Path, byte[] Content);

/// <summary>The YAML files of a commit, and what may not be in a commit: <c>PATH: why</c>.</summary>
internal sealed record RepositoryTree(IReadOnlyList<TreeFile> Files, IReadOnlyList<string> Faults);

/// <summary>Reads the tree of a commit within limits; also one that a push has only brought into quarantine.</summary>
internal static class TreeReader
{
    public const int MaxFiles = 10_000;
    public const int MaxFileBytes = 1024 * 1024;
    public const int MaxYamlBytes = 16 * 1024 * 1024;
    public const int MaxPath = 255;
    public const int MaxFaults = 20;
    private const string Symlink = "120000";
    private const string Submodule = "160000";

    /// <summary>The commit's files; quarantine is the environment of git's hook, null for what is in the repository.</summary>
    public static async Task<RepositoryTree> Read(GitProgram git, string commit, IReadOnlyDictionary<string, string>? quarantine)
    {
        var listing = await git.Run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit], environment: quarantine);
        var entries = Encoding.UTF8.GetString(listing).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Entry.Parse).ToList();
        var faults = entries.Select(Fault).OfType<string>().Take(MaxFaults).ToList();
        if (entries.Count > MaxFiles)
            faults.Add($"{entries.Count} files: at most {MaxFiles} are taken");
        var yaml = entries.Where(entry => Robot.Blueprints.IsRead(entry.Path)).ToList();
        if (faults.Count == 0 && yaml.Sum(entry => entry.Size) > MaxYamlBytes)
            faults.Add($"the YAML files have more than {MaxYamlBytes} bytes together");
        return new(faults.Count > 0 || yaml.Count == 0 ? [] : await Contents(git, yaml, quarantine), faults);
    }

    private static string? Fault(Entry entry)
    {
        if (entry.Mode == Symlink)
            return $"{entry.Path}: it is a symbolic link; put the file itself there";
        if (entry.Mode == Submodule)
            return $"{entry.Path}: it is a submodule; put the files themselves there";
        if (entry.Size > MaxFileBytes)
            return $"{entry.Path}: it has {entry.Size} bytes, at most {MaxFileBytes} are taken; big files belong into a sandbox";
        return entry.Path.Length > MaxPath || entry.Path.Any(c => char.IsControl(c) || c == '\ufffd')
            ? $"{string.Concat(entry.Path.Take(MaxPath).Select(c => char.IsControl(c) ? '?' : c))}: its path is longer than {MaxPath} characters or not readable text"
            : null;
    }

    // git cat-file --batch answers each line "OID" with "OID blob SIZE\n" CONTENT "\n".
    private static async Task<IReadOnlyList<TreeFile>> Contents(GitProgram git, List<Entry> entries, IReadOnlyDictionary<string, string>? quarantine)
    {
        var asked = Encoding.ASCII.GetBytes(string.Concat(entries.Select(entry => entry.Id + "\n")));
        var answer = await git.Run(["cat-file", "--batch"], asked, quarantine);
        var files = new List<TreeFile>(entries.Count);
        var at = 0;
        foreach (var entry in entries)
        {
            var line = Encoding.ASCII.GetString(answer, at, Array.IndexOf(answer, (byte)'\n', at) - at);
            if (line != $"{entry.Id} blob {entry.Size}")
                throw new GitFault($"cannot read {entry.Path}: git answers {line}");
            at += line.Length + 1;
            files.Add(new TreeFile(entry.Path, answer.AsSpan(at, (int)entry.Size).ToArray()));
            at += (int)entry.Size + 1;
        }
        return files;
    }

    private sealed record Entry(string Mode, string Id, long Size, string Path)
    {
        // "MODE TYPE OID SIZE\tPATH"; the size of what is no file is "-".
        public static Entry Parse(string line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var words = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new(words[0], words[2], long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0, line[(tab + 1)..]);
        }
    }
}

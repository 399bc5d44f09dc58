using System.Diagnostics;
using System.Globalization;

namespace G8os.Tidy.Tests;

/// <summary>A commit of the history: its hash, how many parents it has, and its subject.</summary>
internal sealed record Commit(string Hash, int Parents, string Subject);

/// <summary>A version of a file in the history and its size in bytes.</summary>
internal sealed record Blob(string Path, long Size);

/// <summary>What the rules look at: the files of the checkout that git knows or would take, and the history.</summary>
internal sealed class Tree
{
    private static readonly Lazy<Tree> TheCheckout = new(Read);
    private readonly HashSet<string> paths;

    public Tree(IEnumerable<Source> sources, IEnumerable<Commit>? commits = null, IEnumerable<Blob>? blobs = null)
    {
        Sources = [.. sources];
        Commits = [.. commits ?? []];
        Blobs = [.. blobs ?? []];
        paths = Sources.Select(source => source.Path).ToHashSet(StringComparer.Ordinal);
    }

    public static Tree Checkout => TheCheckout.Value;

    public IReadOnlyList<Source> Sources { get; }
    public IReadOnlyList<Commit> Commits { get; }
    public IReadOnlyList<Blob> Blobs { get; }
    public IEnumerable<Source> CSharp => Sources.Where(source => source.IsCSharp);
    /// <summary>C# of the product: src, lab and sim.</summary>
    public IEnumerable<Source> Product => CSharp.Where(source => source.IsIn("src") || source.IsIn("lab") || source.IsIn("sim"));

    public Source? Find(string path) => Sources.FirstOrDefault(source => source.Path == path);

    /// <summary>True for a file or a folder that holds one.</summary>
    public bool Has(string path) => path.Length == 0 || paths.Contains(path) || paths.Any(known => known.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));

    private static Tree Read()
    {
        var root = FindRoot();
        var files = Git(root, "ls-files", "-co", "--exclude-standard").Distinct().Where(file => File.Exists(Path.Combine(root, file))).ToArray();
        var commits = Git(root, "log", "--format=%H%x09%p%x09%s").Select(line => line.Split('\t', 3))
            .Select(parts => new Commit(parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, parts[2]));
        return new(files.Where(file => !IsBinary(Path.Combine(root, file))).Select(file => new Source(file, File.ReadAllText(Path.Combine(root, file)))),
            commits, files.Select(file => new Blob(file, new FileInfo(Path.Combine(root, file)).Length)).Concat(History(root)));
    }

    private static IEnumerable<Blob> History(string root)
    {
        foreach (var line in Git(root, "log", "--no-renames", "--diff-filter=AM", "--raw", "--no-abbrev", "--format="))
        {
            // :100644 100644 OLD NEW M<tab>path
            var parts = line.Split('\t', 2);
            yield return new(parts[1], Sizes(root).GetValueOrDefault(parts[0].Split(' ')[3]));
        }
    }

    private static Dictionary<string, long>? sizes;

    private static Dictionary<string, long> Sizes(string root) =>
        sizes ??= Git(root, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname) %(objectsize)")
            .Select(line => line.Split(' ')).Where(parts => parts[0] == "blob")
            .ToDictionary(parts => parts[1], parts => long.Parse(parts[2], CultureInfo.InvariantCulture));

    private static bool IsBinary(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[4096];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"cannot find the checkout: no global.json above {AppContext.BaseDirectory}");
    }

    private static string[] Git(string root, params string[] arguments)
    {
        // quotePath off: names come as they are. safe.directory: the checkout may belong to someone else, as in a container.
        var start = new ProcessStartInfo("git", ["-C", root, "-c", "core.quotePath=off", "-c", $"safe.directory={root}", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("cannot start git");
        var lines = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? lines : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}");
    }
}

using System.Globalization;
using System.Text;
using G8os.Decisions.Git;

namespace G8os.Controller.Git;

/// <summary>A change of one file; null content removes it.</summary>
internal sealed record FileChange(string Path, string? Content);

/// <summary>The bare AYS repository at DATA/git/ays.git. Made at the first start, with a first commit.</summary>
internal sealed class BareRepository : IDisposable
{
    public const string Name = "ays.git";
    private const string Committer = "g8os controller";
    private const string Address = "controller@g8os.invalid";

    private static readonly (string Name, string Value)[] Settings =
    [
        ("core.bare", "true"), ("core.logAllRefUpdates", "true"), ("http.receivepack", "true"), ("http.uploadpack", "true"), ("http.getanyfile", "false"),
        ("receive.fsckObjects", "true"), ("receive.maxInputSize", GitLimits.MaxPush.ToString(CultureInfo.InvariantCulture)),
        ("receive.denyNonFastForwards", "true"), ("receive.denyDeletes", "true"), ("receive.autogc", "true"), ("gc.autoDetach", "false"),
        ("pack.threads", "1"), ("pack.windowMemory", "64m"), ("core.bigFileThreshold", "8m"),
    ];

    private BareRepository(GitProgram git, string followed) => (Git, Followed) = (git, followed);

    public GitProgram Git { get; }
    /// <summary>What this repository follows, URL#BRANCH; empty when it is written here.</summary>
    public string Followed { get; }
    /// <summary>Held by whoever moves main: one at a time.</summary>
    public SemaphoreSlim Writing { get; } = new(1);
    /// <summary>Held by whoever clones or fetches.</summary>
    public SemaphoreSlim Reading { get; } = new(GitLimits.MaxReaders);

    /// <summary>Opens the repository below a data directory; one that follows none has a first commit.</summary>
    /// <param name="directory">DATA/git.</param>
    /// <param name="followed">URL#BRANCH, or empty.</param>
    public static async Task<BareRepository> Open(string directory, string followed)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(directory, Name);
        try
        {
            if (!Directory.Exists(path))
                await Make(directory, path);
            var repository = new BareRepository(new GitProgram(path), followed);
            foreach (var (name, value) in Settings)
                await repository.Git.Run(["config", name, value]);
            GitHook.Install(path);
            if (followed.Length == 0 && await repository.Head() is null)
                await repository.Import(FirstCommit.Author, FirstCommit.Message, FirstCommit.Files, null);
            return repository;
        }
        catch (GitFault fault)
        {
            throw new StartFault($"{fault.Message}; look at {path}, or restore it from a backup");
        }
    }

    /// <summary>The commit main stands at; null when there is none.</summary>
    public Task<string?> Head() => Resolve(PushRules.Main);

    public async Task<string?> Resolve(string name)
    {
        var (code, output, _) = await Git.Try(["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]);
        return code == 0 ? GitProgram.Text(output) : null;
    }

    public Task<RepositoryTree> Tree(string commit) => TreeReader.Read(Git, commit, null);

    /// <summary>Author, time and subject of a commit.</summary>
    public async Task<CommitFacts> Facts(string commit)
    {
        var lines = GitProgram.Text(await Git.Run(["log", "-1", "--no-show-signature", "--format=%H%n%an%n%at%n%s", commit, "--"])).Split('\n', 4);
        return new(lines[0], Clean(lines[1]), DateTimeOffset.FromUnixTimeSeconds(long.Parse(lines[2], CultureInfo.InvariantCulture)), Clean(lines[3]));
    }

    /// <summary>Adds a commit on top of main. Call with <see cref="Writing"/> held.</summary>
    /// <returns>The new commit.</returns>
    public async Task<string> Commit(string who, string message, IReadOnlyList<FileChange> changes)
    {
        if (Followed.Length > 0)
            throw new GitFault($"cannot commit here: this repository follows {Followed}");
        await Import(who, message, changes, await Head());
        return await Head() ?? throw new InvalidOperationException("internal error: main is gone after a commit");
    }

    /// <summary>Moves main to a commit that is in the repository already. Call with <see cref="Writing"/> held.</summary>
    public Task Move(string commit, string reason) => Git.Run(["update-ref", "-m", reason, PushRules.Main, commit]);

    public void Dispose()
    {
        Writing.Dispose();
        Reading.Dispose();
    }

    private static async Task Make(string directory, string path)
    {
        var fresh = path + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        await new GitProgram(directory).Run(["init", "--quiet", "--bare", $"--initial-branch={PushRules.Branch}", "--template=", fresh]);
        Directory.Move(fresh, path);
    }

    // git fast-import moves the branch only when its tip is an ancestor of the new commit, all or nothing.
    private async Task Import(string who, string message, IReadOnlyList<FileChange> changes, string? parent)
    {
        var time = ControllerClock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var stream = new MemoryStream();
        void Line(string text) => stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        void Data(string text)
        {
            Line($"data {Encoding.UTF8.GetByteCount(text)}");
            Line(text);
        }
        Line($"commit {PushRules.Main}");
        Line($"author {Person(who)} <{Address}> {time} +0000");
        Line($"committer {Committer} <{Address}> {time} +0000");
        Data(message);
        if (parent is not null)
            Line($"from {parent}");
        foreach (var change in changes)
        {
            if (change.Content is null)
            {
                Line($"D {change.Path}");
                continue;
            }
            Line($"M 100644 inline {change.Path}");
            Data(change.Content);
        }
        Line("done");
        await Git.Run(["fast-import", "--quiet", "--done", "--date-format=raw"], stream.ToArray());
    }

    private static string Person(string who) => new([.. who.Where(c => !char.IsControl(c) && c is not '<' and not '>')]);

    private static string Clean(string text) => Sessions.NodeStatus.Clean(text);
}

/// <summary>What is told of a commit.</summary>
internal sealed record CommitFacts(string Commit, string Author, DateTimeOffset Time, string Subject);

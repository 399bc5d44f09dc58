namespace G8os.Controller.Git;

/// <summary>What a new AYS repository begins with.</summary>
internal static class FirstCommit
{
    public const string Author = "g8os controller";
    public const string Message = "grid: begin\n";

    private const string Ays = """
        # How commits are applied. auto: a pushed commit is put into effect at once; approve: it waits for g8os ays apply.
        apply: auto

        """;

    private const string Readme = """
        What this grid shall be: its nodes and apps are in blueprints/, one or many YAML files.
        Commit and push to change it, g8os ays plan to see what a change would do, git revert to undo it.
        g8os ays status tells where it stands.

        """;

    public static readonly IReadOnlyList<FileChange> Files = [new("ays.yaml", Ays), new("README.md", Readme)];
}

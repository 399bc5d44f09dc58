using G8os.Model;
using G8os.Model.Network;

namespace G8os.Store.Build;

/// <summary>How a sandbox is made: Debian packages, files of one's own, and what is taken out again (docs/sandboxes.md).</summary>
public sealed record SandboxRecipe
{
    public required string Name { get; init; }
    /// <summary>Null when whoever builds says it.</summary>
    public string? Version { get; init; }
    /// <summary>Debian packages; what they depend on comes with them.</summary>
    public Values<string> Packages { get; init; } = [];
    /// <summary>Patterns of packages that come with others and are left out: what only their installation needs.</summary>
    public Values<string> Without { get; init; } = [];
    /// <summary>Patterns of paths that are taken out of what the packages brought.</summary>
    public Values<string> Remove { get; init; } = [];
    public Values<RecipeFile> Files { get; init; } = [];
    public Values<RecipeLink> Links { get; init; } = [];
    /// <summary>Empty directories, with mode 0755.</summary>
    public Values<string> Directories { get; init; } = [];
    /// <summary>Programs that run with the sandbox's own libraries on a node that has none of them.</summary>
    public Values<RecipeTool> Tools { get; init; } = [];
    /// <summary>Directories for PATH; null: <c>bin</c> when there are tools, else none.</summary>
    public Values<string>? Path { get; init; }
}

/// <summary>A file, or a directory with all in it.</summary>
/// <param name="Path">Where in the sandbox, absolute.</param>
/// <param name="From">Its source, relative to the recipe; null when <paramref name="Text"/> says what it holds.</param>
/// <param name="Text">Its content; <c>{name}</c> and <c>{version}</c> stand for the sandbox's.</param>
/// <param name="Mode">Permissions; null: the source's without what others may write, or 0644 for a text.</param>
public sealed record RecipeFile(string Path, string? From, string? Text, int? Mode);

/// <summary>A symbolic link.</summary>
public sealed record RecipeLink(string Path, string Target);

/// <summary>A program that gets a starter <c>/bin/NAME</c>. In arguments and values <c>{root}</c> stands for the directory where the sandbox is mounted.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Exec">The program, absolute in the sandbox.</param>
/// <param name="Args">Arguments before those that are typed.</param>
/// <param name="Env">Variables it gets.</param>
public sealed record RecipeTool(string Name, string Exec, Values<string> Args, Table<string> Env);

/// <summary>The outcome of reading a recipe: a recipe, or at least one error.</summary>
public sealed record RecipeResult(SandboxRecipe? Recipe, Values<ConfigError> Errors);

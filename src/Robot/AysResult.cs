using G8os.Decisions.Grid;
using G8os.Model;

namespace G8os.Robot;

/// <summary>What came of reading a repository: a grid, or errors, never both.</summary>
/// <param name="Grid">Null when there are errors.</param>
/// <param name="Policy">The repository's own rules; the defaults where ays.yaml says nothing or is wrong.</param>
/// <param name="Errors">By file, line and column, at most <see cref="AysLimits.MaxErrors"/>.</param>
/// <param name="More">Errors beyond those.</param>
public sealed record AysResult(GridSpec? Grid, AysPolicy Policy, Values<AysError> Errors, int More = 0)
{
    /// <summary>The errors as a push shows them, one a line.</summary>
    public IEnumerable<string> Lines => Errors.Select(error => error.ToString()).Concat(More > 0 ? [$"and {More} more"] : []);
}

/// <summary>A fault of a file, where it is, and what was expected.</summary>
/// <param name="File">Path in the repository.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Message">One sentence without control characters.</param>
public sealed record AysError(string File, int Line, int Column, string Message)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>What is done with a plan: carried out at once, or kept until an operator applies it.</summary>
public enum AysApply { Auto, Approve }

/// <summary>ays.yaml: the repository's own rules.</summary>
public sealed record AysPolicy
{
    public AysApply Apply { get; init; } = AysApply.Auto;
    /// <summary>Sandboxes of every node that names none, each NAME@VERSION.</summary>
    public Values<string> DefaultSandboxes { get; init; } = [];
}

/// <summary>What the controller knows when it compiles. The result follows from this and the files alone.</summary>
public sealed record AysSurroundings
{
    /// <summary>Sandboxes of the store: name → versions, newest last.</summary>
    public Table<Values<string>> Sandboxes { get; init; } = [];
    /// <summary>
    /// Node name → its address as last seen. One that is not known compiles to an empty text: the service that has it in an argument waits for
    /// that node anyway, and the repository is compiled again when an address changes.
    /// </summary>
    public Table<string> Addresses { get; init; } = [];
}

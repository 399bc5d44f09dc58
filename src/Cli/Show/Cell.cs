namespace G8os.Cli.Show;

/// <summary>One value in a table and how it is painted: a Spectre.Console style such as <c>green</c>, or nothing.</summary>
internal readonly record struct Cell(string Text, string Style = "")
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>A column: its title and what it shows of an item.</summary>
internal sealed record Column<T>(string Title, Func<T, Cell> Value)
{
    /// <summary>Only shown by <c>-o wide</c>.</summary>
    public bool Wide { get; init; }
    /// <summary>Changes by itself as time goes by, so that a change of it is no news.</summary>
    public bool Moves { get; init; }
}

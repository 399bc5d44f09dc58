using G8os.Model.Network;

namespace G8os.Model.Toml;

/// <summary>The faults found in one file, in the file's order, at most <see cref="MaxErrors"/> of them.</summary>
public sealed class TomlErrors(string file)
{
    public const int MaxErrors = 50;
    /// <summary>So many are remembered before they are ordered and cut.</summary>
    private const int MaxRemembered = 1000;

    private readonly List<(TomlPlace Place, string Message)> found = [];

    /// <summary>True when no more are remembered: looking for further faults is in vain.</summary>
    public bool Full => found.Count >= MaxRemembered;

    public bool Any => found.Count > 0;

    public void Add(TomlPlace place, string message)
    {
        if (!Full)
            found.Add((place, message));
    }

    public Values<ConfigError> ToValues() =>
        found.OrderBy(error => error.Place).Take(MaxErrors)
            .Select(error => new ConfigError(file, error.Place.Line, error.Place.Column, error.Message)).ToValues();
}

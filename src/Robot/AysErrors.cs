using G8os.Model;
using G8os.Model.Toml;

namespace G8os.Robot;

/// <summary>The faults found in one repository.</summary>
internal sealed class AysErrors
{
    private readonly List<(Place Place, string Message)> found = [];
    private int compared;

    public int Count { get; private set; }

    /// <summary>Some file could not be read to its end: what it would have named is not known, so no name is called missing.</summary>
    public bool Unreadable { get; private set; }

    public void Add(Place place, string message)
    {
        Count++;
        if (found.Count < AysLimits.MaxRemembered)
            found.Add((place, message));
    }

    public void AddUnreadable(Place place, string message)
    {
        Unreadable = true;
        Add(place, message);
    }

    /// <summary><c>; did you mean "x"?</c>, or the names when they are few, or nothing.</summary>
    public string Hint(string written, IReadOnlyCollection<string> names, int listed = AysLimits.MaxNamesListed)
    {
        if (compared + names.Count > AysLimits.MaxCompared)
            return "";
        compared += names.Count;
        if (names.Count <= listed)
            return Words.Hint(written, names);
        return Words.Nearest(written, names) is { } near ? $"; did you mean {Words.Quote(near)}?" : "";
    }

    /// <summary>By file, line and column; faults of one place in the order of their texts, so that nothing depends on the order of looking.</summary>
    public (Values<AysError> Told, int More) Told()
    {
        var told = found.OrderBy(error => error.Place).ThenBy(error => error.Message, StringComparer.Ordinal).Take(AysLimits.MaxErrors)
            .Select(error => new AysError(error.Place.File, error.Place.Line, error.Place.Column, error.Message)).ToValues();
        return (told, Count - told.Count);
    }
}

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

    /// <summary>Among the words of the format: <c>; did you mean "x"?</c>, or all of them.</summary>
    public string Hint(string written, IReadOnlyCollection<string> words) => MayCompare(words) ? Words.Hint(written, words) : "";

    /// <summary>Among the names of a repository: <c>; did you mean "x"?</c>, or all of them when they are few, or nothing.</summary>
    public string NameHint(string written, IReadOnlyCollection<string> names)
    {
        if (!MayCompare(names))
            return "";
        if (Words.Nearest(written, names) is { } near)
            return $"; did you mean {Words.Quote(near)}?";
        return names.Count is > 0 and <= AysLimits.MaxNamesListed ? $"; there is {string.Join(", ", names)}" : "";
    }

    private bool MayCompare(IReadOnlyCollection<string> words)
    {
        if (compared + words.Count > AysLimits.MaxCompared)
            return false;
        compared += words.Count;
        return true;
    }

    /// <summary>By file, line and column; faults of one place in the order of their texts, so that nothing depends on the order of looking.</summary>
    public (Values<AysError> Told, int More) Told()
    {
        var told = found.OrderBy(error => error.Place).ThenBy(error => error.Message, StringComparer.Ordinal).Take(AysLimits.MaxErrors)
            .Select(error => new AysError(error.Place.File, error.Place.Line, error.Place.Column, error.Message)).ToValues();
        return (told, Count - told.Count);
    }
}

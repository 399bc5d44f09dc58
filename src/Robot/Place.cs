namespace G8os.Robot;

/// <summary>Where something stands in a repository; line and column count from 1, columns in UTF-16 units.</summary>
internal readonly record struct Place(string File, int Line, int Column) : IComparable<Place>
{
    public int CompareTo(Place other) => string.CompareOrdinal(File, other.File) is var files and not 0 ? files
        : Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>A word of a file and its place.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Place">Where it begins, its quote when it has one.</param>
/// <param name="Quote">Characters before the text when the file's line holds it as it is: 0 or 1; −1 when escapes or lines stand between.</param>
internal readonly record struct Said(string Text, Place Place, int Quote = -1)
{
    /// <summary>Where a character of the text stands; the beginning where that cannot be told.</summary>
    public Place PlaceOf(int index) => Quote < 0 ? Place : Place with { Column = Place.Column + Quote + index };
}

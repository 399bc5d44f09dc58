namespace G8os.Robot;

/// <summary>Where something stands in a repository; line and column count from 1, columns in UTF-16 units.</summary>
internal readonly record struct Place(string File, int Line, int Column) : IComparable<Place>
{
    public int CompareTo(Place other) => string.CompareOrdinal(File, other.File) is var files and not 0 ? files
        : Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>A word of a file and its place.</summary>
internal readonly record struct Said(string Text, Place Place);

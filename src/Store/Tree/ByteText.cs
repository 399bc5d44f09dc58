using System.Text;

namespace G8os.Store.Tree;

/// <summary>A name or path as the kernel has it: bytes without NUL, ordered by their values. Most are UTF-8; nothing here asks them to be.</summary>
public readonly struct ByteText : IEquatable<ByteText>, IComparable<ByteText>
{
    private readonly byte[]? bytes;

    public ByteText(ReadOnlySpan<byte> text) => bytes = text.ToArray();

    public ByteText(string text) => bytes = Encoding.UTF8.GetBytes(text);

    public int Length => bytes?.Length ?? 0;
    public ReadOnlySpan<byte> Span => bytes;

    public bool Equals(ByteText other) => Span.SequenceEqual(other.Span);
    public override bool Equals(object? obj) => obj is ByteText other && Equals(other);
    public int CompareTo(ByteText other) => Span.SequenceCompareTo(other.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>To be shown: bytes that are no UTF-8 become U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    public static bool operator ==(ByteText left, ByteText right) => left.Equals(right);
    public static bool operator !=(ByteText left, ByteText right) => !left.Equals(right);
    public static bool operator <(ByteText left, ByteText right) => left.CompareTo(right) < 0;
    public static bool operator >(ByteText left, ByteText right) => left.CompareTo(right) > 0;
    public static bool operator <=(ByteText left, ByteText right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ByteText left, ByteText right) => left.CompareTo(right) >= 0;
}

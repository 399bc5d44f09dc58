using System.Collections;
using System.Runtime.CompilerServices;

namespace G8os.Model;

/// <summary>An immutable list that is equal when its items are: records that hold it stay value-equal and keep their order.</summary>
[CollectionBuilder(typeof(Values), nameof(Values.Create))]
public sealed class Values<T> : ICollection<T>, IReadOnlyList<T>, IEquatable<Values<T>>
{
    private T[] items;
    private int count;
    private readonly bool open;

    /// <summary>For the JSON reader, which fills the list through <see cref="ICollection{T}"/> before anyone else sees it. No other list takes more.</summary>
    public Values() => (items, open) = ([], true);

    internal Values(T[] owned) => (items, count) = (owned, owned.Length);

    public static Values<T> Empty { get; } = new([]);

    public int Count => count;
    public T this[int index] => index < count ? items[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public Values<T> With(T item) => new([.. AsSpan(), item]);

    /// <summary>With another item in this place.</summary>
    internal Values<T> Replaced(int index, T item)
    {
        var changed = AsSpan().ToArray();
        changed[index] = item;
        return new(changed);
    }

    /// <summary>With one more item before this place.</summary>
    internal Values<T> Inserted(int index, T item) => new([.. AsSpan()[..index], item, .. AsSpan()[index..]]);

    /// <summary>Without the item in this place.</summary>
    internal Values<T> Removed(int index) => new([.. AsSpan()[..index], .. AsSpan()[(index + 1)..]]);

    public ReadOnlySpan<T> AsSpan() => items.AsSpan(0, count);

    public bool Equals(Values<T>? other) =>
        other is not null && (ReferenceEquals(this, other) || AsSpan().SequenceEqual(other.AsSpan(), EqualityComparer<T>.Default));

    public override bool Equals(object? obj) => Equals(obj as Values<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in AsSpan())
            hash.Add(item);
        return hash.ToHashCode();
    }

    public Enumerator GetEnumerator() => new(this);
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => (count == items.Length ? items : items.Take(count)).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", this)}]";

    bool ICollection<T>.IsReadOnly => !open;

    void ICollection<T>.Add(T item)
    {
        if (!open)
            throw Changed();
        if (count == items.Length)
            Array.Resize(ref items, Math.Max(4, count * 2));
        items[count++] = item;
    }

    void ICollection<T>.Clear() => throw Changed();
    bool ICollection<T>.Remove(T item) => throw Changed();
    public bool Contains(T item) => Array.IndexOf(items, item, 0, count) >= 0;
    public void CopyTo(T[] array, int arrayIndex) => AsSpan().CopyTo(array.AsSpan(arrayIndex));

    private static InvalidOperationException Changed() => new("internal error: a Values list is never changed");

    /// <summary>Walks the items without an allocation.</summary>
    public struct Enumerator(Values<T> values)
    {
        private readonly T[] items = values.items;
        private readonly int count = values.count;
        private int at = -1;

        public readonly T Current => items[at];

        public bool MoveNext() => ++at < count;
    }
}

/// <summary>Makes <see cref="Values{T}"/>, for collection expressions and LINQ.</summary>
public static class Values
{
    public static Values<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? Values<T>.Empty : new(items.ToArray());
    public static Values<T> ToValues<T>(this IEnumerable<T> items) => new([.. items]);
    public static Values<T> ToValues<T>(this List<T> items) => items.Count == 0 ? Values<T>.Empty : new(items.ToArray());
}

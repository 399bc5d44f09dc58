using System.Collections;

namespace G8os.Model;

/// <summary>A small immutable map from names to values, in ordinal order and value-equal: what states hold by link, by name, by work.</summary>
/// <remarks>Kept as one sorted array: states have a handful of links, so a copy costs less than a tree.</remarks>
public sealed class Table<T> : ICollection<KeyValuePair<string, T>>, IReadOnlyCollection<KeyValuePair<string, T>>, IEquatable<Table<T>>
{
    private KeyValuePair<string, T>[] rows;

    /// <summary>The empty table; the JSON reader fills it before anyone else sees it.</summary>
    public Table() => rows = [];

    private Table(KeyValuePair<string, T>[] sorted) => rows = sorted;

    public static Table<T> Empty { get; } = new();

    public int Count => rows.Length;
    public IEnumerable<string> Keys => rows.Select(row => row.Key);
    public IEnumerable<T> Items => rows.Select(row => row.Value);

    public T? Find(string key) => IndexOf(key) is >= 0 and var at ? rows[at].Value : default;

    public bool Has(string key) => IndexOf(key) >= 0;

    public Table<T> With(string key, T value)
    {
        var at = IndexOf(key);
        if (at >= 0)
        {
            var changed = (KeyValuePair<string, T>[])rows.Clone();
            changed[at] = new(key, value);
            return new(changed);
        }
        at = ~at;
        return new([.. rows.AsSpan(0, at), new(key, value), .. rows.AsSpan(at)]);
    }

    public Table<T> Without(string key) => IndexOf(key) is >= 0 and var at ? new([.. rows.AsSpan(0, at), .. rows.AsSpan(at + 1)]) : this;

    public bool Equals(Table<T>? other) => other is not null && (ReferenceEquals(this, other) || rows.AsSpan().SequenceEqual(other.rows));
    public override bool Equals(object? obj) => Equals(obj as Table<T>);
    public override int GetHashCode() => rows.Length == 0 ? 0 : HashCode.Combine(rows.Length, rows[0]);
    public override string ToString() => $"{{{string.Join(", ", rows.Select(row => $"{row.Key}: {row.Value}"))}}}";

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, T>>)rows).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    bool ICollection<KeyValuePair<string, T>>.IsReadOnly => false;
    void ICollection<KeyValuePair<string, T>>.Add(KeyValuePair<string, T> item) => rows = With(item.Key, item.Value).rows;
    void ICollection<KeyValuePair<string, T>>.Clear() => throw new InvalidOperationException("internal error: a Table is never changed");
    bool ICollection<KeyValuePair<string, T>>.Remove(KeyValuePair<string, T> item) => throw new InvalidOperationException("internal error: a Table is never changed");
    bool ICollection<KeyValuePair<string, T>>.Contains(KeyValuePair<string, T> item) => rows.Contains(item);
    void ICollection<KeyValuePair<string, T>>.CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => rows.CopyTo(array, arrayIndex);

    private int IndexOf(string key)
    {
        int low = 0, high = rows.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(rows[middle].Key, key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}

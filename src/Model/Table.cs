using System.Collections;

namespace G8os.Model;

/// <summary>A small immutable map from names to values, in ordinal order and value-equal: what states hold by link, by name, by work.</summary>
/// <remarks>Kept as two arrays: states have a handful of links, so a copy costs less than a tree, and most copies share their keys.</remarks>
public sealed class Table<T> : ICollection<KeyValuePair<string, T>>, IReadOnlyCollection<KeyValuePair<string, T>>, IEquatable<Table<T>>
{
    private Values<string> keys;
    private Values<T> items;

    /// <summary>The empty table; the JSON reader fills it before anyone else sees it.</summary>
    public Table() => (keys, items) = ([], []);

    private Table(Values<string> keys, Values<T> items) => (this.keys, this.items) = (keys, items);

    public static Table<T> Empty { get; } = new();

    /// <summary>A table of items by their names; of two with the same name the later one stays.</summary>
    public static Table<T> Of(Values<T> items, Func<T, string> name)
    {
        var names = new string[items.Count];
        var sorted = true;
        for (var at = 0; at < names.Length; at++)
        {
            names[at] = name(items[at]);
            sorted &= at == 0 || string.CompareOrdinal(names[at - 1], names[at]) < 0;
        }
        if (sorted)
            return new(new(names), items);
        var table = Empty;
        for (var at = 0; at < names.Length; at++)
            table = table.With(names[at], items[at]);
        return table;
    }

    /// <summary>Another value for each name.</summary>
    public Table<TOther> Mapped<TOther>(Func<T, TOther> other)
    {
        var others = new TOther[Count];
        for (var at = 0; at < others.Length; at++)
            others[at] = other(Items[at]);
        return new(Keys, new(others));
    }

    public int Count => Keys.Count;

    /// <summary>The names, in ordinal order.</summary>
    public Values<string> Keys => keys;

    /// <summary>The values, in the order of their names.</summary>
    public Values<T> Items => items;

    public T? Find(string key) => IndexOf(key) is >= 0 and var at ? Items[at] : default;

    public bool Has(string key) => IndexOf(key) >= 0;

    public Table<T> With(string key, T value)
    {
        if (IndexOf(key) is >= 0 and var at)
            return new(Keys, Items.Replaced(at, value));
        var place = 0;
        while (place < Count && string.CompareOrdinal(Keys[place], key) < 0)
            place++;
        return new(Keys.Inserted(place, key), Items.Inserted(place, value));
    }

    public Table<T> Without(string key) => IndexOf(key) is >= 0 and var at ? new(Keys.Removed(at), Items.Removed(at)) : this;

    public bool Equals(Table<T>? other) => other is not null && (ReferenceEquals(this, other) || (Keys.Equals(other.Keys) && Items.Equals(other.Items)));
    public override bool Equals(object? obj) => Equals(obj as Table<T>);
    public override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, Keys[0], Items[0]);
    public override string ToString() => $"{{{string.Join(", ", this.Select(row => $"{row.Key}: {row.Value}"))}}}";

    public Enumerator GetEnumerator() => new(this);
    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() => Rows().GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => Rows().GetEnumerator();

    bool ICollection<KeyValuePair<string, T>>.IsReadOnly => false;
    void ICollection<KeyValuePair<string, T>>.Add(KeyValuePair<string, T> item)
    {
        var filled = With(item.Key, item.Value);
        (keys, items) = (filled.keys, filled.items);
    }

    void ICollection<KeyValuePair<string, T>>.Clear() => throw new InvalidOperationException("internal error: a Table is never changed");
    bool ICollection<KeyValuePair<string, T>>.Remove(KeyValuePair<string, T> item) => throw new InvalidOperationException("internal error: a Table is never changed");
    bool ICollection<KeyValuePair<string, T>>.Contains(KeyValuePair<string, T> item) => Rows().Contains(item);
    void ICollection<KeyValuePair<string, T>>.CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => Rows().ToArray().CopyTo(array, arrayIndex);

    private IEnumerable<KeyValuePair<string, T>> Rows()
    {
        foreach (var row in this)
            yield return row;
    }

    /// <summary>From first to last: with a handful of names, mostly the very same strings, nothing is faster.</summary>
    private int IndexOf(string key)
    {
        for (var at = 0; at < Count; at++)
            if (Keys[at] == key)
                return at;
        return -1;
    }

    /// <summary>Walks the rows without an allocation.</summary>
    public struct Enumerator(Table<T> table)
    {
        private int at = -1;

        public readonly KeyValuePair<string, T> Current => new(table.Keys[at], table.Items[at]);

        public bool MoveNext() => ++at < table.Count;
    }
}

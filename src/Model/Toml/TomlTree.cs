using Tomlyn.Syntax;

namespace G8os.Model.Toml;

/// <summary>Builds tables from Tomlyn's syntax, by TOML 1.0's rules of what may be written twice (nothing) and what may be added to (headers and dotted keys).</summary>
internal sealed class TomlTree(TomlErrors errors)
{
    /// <summary>A dotted key or header has at most so many parts.</summary>
    public const int MaxParts = 8;

    public TomlTable Build(DocumentSyntax document)
    {
        var root = new TomlTable(null, "", TomlPlace.Start, TomlOrigin.Root);
        foreach (var pair in document.KeyValues)
            Put(root, pair);
        foreach (var section in document.Tables)
        {
            if (Open(root, section) is not { } table)
                continue;
            foreach (var pair in section.Items)
                Put(table, pair);
        }
        return root;
    }

    private readonly record struct Part(string Key, TomlPlace Place);

    /// <summary>The table that a header opens, or null when it may not.</summary>
    private TomlTable? Open(TomlTable root, TableSyntaxBase section)
    {
        if (section.Name is not { } name || Parts(name) is not { } parts)
            return null;
        var table = root;
        foreach (var part in parts.AsSpan(0, parts.Length - 1))
        {
            if (Enter(table, part) is not { } inner)
                return null;
            table = inner;
        }
        return section is TableArraySyntax ? OpenItem(table, parts[^1]) : OpenTable(table, parts[^1]);
    }

    private TomlTable? Enter(TomlTable table, Part part)
    {
        switch (table.Find(part.Key)?.Value)
        {
            case null:
                return AddTable(table, part, TomlOrigin.Implied);
            case { Kind: TomlKind.Table, Table.Origin: not TomlOrigin.Inline } value:
                return value.Table;
            case { Kind: TomlKind.Array, Items: List<TomlValue> { Count: > 0 } items }:
                return items[^1].Table;
            case { } value:
                errors.Add(part.Place, $"{Words.Quote(part.Key)} is {value.Article} (line {value.Place.Line}), so it cannot hold a table");
                return null;
        }
    }

    private TomlTable? OpenTable(TomlTable parent, Part part)
    {
        switch (parent.Find(part.Key)?.Value)
        {
            case null:
                return AddTable(parent, part, TomlOrigin.Header);
            case { Table: { Origin: TomlOrigin.Implied } implied }:
                (implied.Origin, implied.Place) = (TomlOrigin.Header, part.Place);
                return implied;
            case { } value:
                errors.Add(part.Place, $"[{parent.PathOf(part.Key)}] is written twice; the first is in line {(value.Table?.Place ?? value.Place).Line}");
                return null;
        }
    }

    private TomlTable? OpenItem(TomlTable parent, Part part)
    {
        var items = new List<TomlValue>();
        switch (parent.Find(part.Key)?.Value)
        {
            case null:
                parent.Add(new(part.Key, part.Place, new(TomlKind.Array, part.Place) { Items = items }));
                break;
            // Only arrays made here hold a List: one written as a value stays closed.
            case { Kind: TomlKind.Array, Items: List<TomlValue> open }:
                items = open;
                break;
            case { } value:
                errors.Add(part.Place, $"[[{parent.PathOf(part.Key)}]] is {value.Article} already, in line {value.Place.Line}");
                return null;
        }
        var table = new TomlTable(parent, part.Key, part.Place, TomlOrigin.Header) { IsItem = true };
        items.Add(new(TomlKind.Table, part.Place) { Table = table });
        return table;
    }

    private static TomlTable AddTable(TomlTable parent, Part part, TomlOrigin origin)
    {
        var table = new TomlTable(parent, part.Key, part.Place, origin);
        parent.Add(new(part.Key, part.Place, new(TomlKind.Table, part.Place) { Table = table }));
        return table;
    }

    private void Put(TomlTable table, KeyValueSyntax pair)
    {
        if (pair.Key is not { } key || pair.Value is not { } syntax || Parts(key) is not { } parts)
            return;
        foreach (var part in parts.AsSpan(0, parts.Length - 1))
        {
            var found = table.Find(part.Key)?.Value;
            if (found is { Table.Origin: not TomlOrigin.Dotted } or { Table: null })
            {
                errors.Add(part.Place, $"{Words.Quote(part.Key)} is {found.Article} already (line {found.Place.Line}), so a dotted key cannot add to it");
                return;
            }
            table = found?.Table ?? AddTable(table, part, TomlOrigin.Dotted);
        }
        var last = parts[^1];
        if (table.Find(last.Key) is { } first)
            errors.Add(last.Place, $"{Words.Quote(last.Key)} is written twice in {table.Title}; the first is in line {first.Place.Line}");
        else
            table.Add(new(last.Key, last.Place, Value(table, last.Key, syntax)));
    }

    /// <summary>Recursion is bounded: Tomlyn refuses values nested deeper than 64.</summary>
    private TomlValue Value(TomlTable parent, string key, ValueSyntax syntax)
    {
        var place = PlaceOf(syntax);
        switch (syntax)
        {
            case StringValueSyntax text:
                return new(TomlKind.String, place) { Text = text.Value ?? "" };
            case IntegerValueSyntax number:
                return new(TomlKind.Integer, place) { Number = number.Value };
            case BooleanValueSyntax truth:
                return new(TomlKind.Boolean, place) { Truth = truth.Value };
            case ArraySyntax array:
                return new(TomlKind.Array, place)
                {
                    Items = array.Items.Select(item => item.Value).OfType<ValueSyntax>().Select(item => Value(parent, key, item)).ToArray(),
                };
            case InlineTableSyntax inline:
                var table = new TomlTable(parent, key, place, TomlOrigin.Inline);
                foreach (var pair in inline.Items.Select(item => item.KeyValue).OfType<KeyValueSyntax>())
                    Put(table, pair);
                Close(table);
                return new(TomlKind.Table, place) { Table = table };
            default:
                return new(syntax is FloatValueSyntax ? TomlKind.Float : TomlKind.Date, place);
        }
    }

    /// <summary>An inline table is whole where it is written: neither it nor the tables its dotted keys made take more.</summary>
    private static void Close(TomlTable table)
    {
        table.Origin = TomlOrigin.Inline;
        foreach (var entry in table.Entries)
        {
            if (entry.Value.Table is { Origin: TomlOrigin.Dotted } inner)
                Close(inner);
        }
    }

    private Part[]? Parts(KeySyntax key)
    {
        if (key.DotKeys.ChildrenCount >= MaxParts)
        {
            errors.Add(PlaceOf(key), $"a key has at most {MaxParts} parts; this one has {key.DotKeys.ChildrenCount + 1}");
            return null;
        }
        var syntaxes = key.DotKeys.Select(dotted => dotted.Key).Prepend(key.Key).OfType<BareKeyOrStringValueSyntax>();
        Part[] parts = [.. syntaxes.Select(part => new Part(Text(part), PlaceOf(part)))];
        return parts.Length > 0 ? parts : null;
    }

    private static string Text(BareKeyOrStringValueSyntax part) =>
        (part is StringValueSyntax quoted ? quoted.Value : (part as BareKeySyntax)?.Key?.Text) ?? "";

    private static TomlPlace PlaceOf(SyntaxNode node) => new(node.Span.Start.Line + 1, node.Span.Start.Column + 1);
}

namespace G8os.Model.Tests;

public sealed class TableTests
{
    private sealed record Row(string Name, int Number);

    [Fact]
    public void KeepsNamesInOrdinalOrder()
    {
        var table = Table<int>.Empty.With("b", 2).With("B", 1).With("eth10", 4).With("a", 0).With("eth2", 5);
        Assert.Equal<string>(["B", "a", "b", "eth10", "eth2"], table.Keys);
        Assert.Equal<int>([1, 0, 2, 4, 5], table.Items);
        Assert.Equal("{B: 1, a: 0, b: 2, eth10: 4, eth2: 5}", table.ToString());
    }

    [Fact]
    public void ReplacesAndTakesAwayAndLeavesTheFirstAsItWas()
    {
        var one = Table<string>.Empty.With("a", "1").With("c", "3");
        var two = one.With("a", "9").Without("c").Without("nobody").With("b", "2");
        Assert.Equal("1", one.Find("a"));
        Assert.Equal("{a: 9, b: 2}", two.ToString());
        Assert.False(two.Has("c"));
        Assert.Null(two.Find("c"));
        Assert.Empty(Table<string>.Empty);
    }

    [Fact]
    public void IsEqualByValue()
    {
        var one = Table<Row>.Empty.With("a", new("a", 1)).With("b", new("b", 2));
        var two = Table<Row>.Empty.With("b", new("b", 2)).With("a", new("a", 1));
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotEqual(one, two.With("b", new("b", 3)));
        Assert.NotEqual(one, two.Without("b"));
        Assert.NotEqual(Table<int>.Empty.With("a", 1), Table<int>.Empty.With("b", 1));
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("c", "a", "b")]
    [InlineData("b", "a", "a")]
    public void IsMadeOfItemsByTheirNames(params string[] names)
    {
        var rows = names.Select((name, number) => new Row(name, number)).ToValues();
        var made = Table<Row>.Of(rows, row => row.Name);
        Assert.Equal(rows.Aggregate(Table<Row>.Empty, (table, row) => table.With(row.Name, row)), made);
        Assert.Equal(made.Keys, made.Items.Select(row => row.Name));
        Assert.Equal(made.Items.Select(row => row.Number), made.Mapped(row => row.Number).Items);
    }

    [Fact]
    public void GoesThroughItsRowsInEitherWay()
    {
        var table = Table<int>.Empty.With("a", 1).With("b", 2);
        var rows = new List<string>();
        foreach (var (name, number) in table)
            rows.Add($"{name}{number}");
        Assert.Equal(["a1", "b2"], rows);
        Assert.Equal([new("a", 1), new("b", 2)], (IEnumerable<KeyValuePair<string, int>>)table);
    }
}

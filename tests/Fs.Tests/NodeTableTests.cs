using G8os.Fs.Serve;
using G8os.Model.Sandboxes;

namespace G8os.Fs.Tests;

public sealed class NodeTableTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    private static ObjectHash Hash(byte number) => ObjectHash.Of([number]);

    [Fact]
    public void A_slot_is_free_when_every_lookup_was_forgotten()
    {
        using var nodes = new NodeTable(file);
        Assert.Equal([0, 1, 0], new[] { nodes.Take(Hash(1)), nodes.Take(Hash(2)), nodes.Take(Hash(1)) });
        nodes.Forget(0, 1);
        Assert.True(nodes.TryFind(0, out var still));
        Assert.Equal(Hash(1), still);
        nodes.Forget(0, 1);
        Assert.False(nodes.TryFind(0, out _));
        Assert.Equal(0, nodes.Take(Hash(3)));
        Assert.Equal(2, nodes.Count);
        foreach (var (slot, lookups) in new[] { (-1, 1UL), (9, 1UL), (1, 0UL) })
            nodes.Forget(slot, lookups);
        Assert.True(nodes.TryFind(1, out _));
    }

    [Fact]
    public void The_next_server_knows_what_the_kernel_was_told_and_never_gives_it_away()
    {
        using (var first = new NodeTable(file))
        {
            Assert.Equal([0, 1, 2], new[] { first.Take(Hash(1)), first.Take(Hash(2)), first.Take(Hash(3)) });
            first.Forget(1, 1);
        }
        File.AppendAllText(file, "a slot that was cut");
        using var second = new NodeTable(file);
        Assert.True(second.TryFind(2, out var third));
        Assert.Equal(Hash(3), third);
        Assert.False(second.TryFind(1, out _));
        second.Forget(2, 1);    // how many lookups the first one gave is not known
        Assert.True(second.TryFind(2, out _));
        Assert.Equal([1, 3], new[] { second.Take(Hash(4)), second.Take(Hash(5)) });
    }
}

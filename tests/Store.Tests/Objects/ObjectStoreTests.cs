using System.Text;
using G8os.Model.Sandboxes;
using G8os.Store.Objects;

namespace G8os.Store.Tests.Objects;

public sealed class ObjectStoreTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly ObjectStore store;
    private readonly byte[] content = Encoding.UTF8.GetBytes("an object\n");

    public ObjectStoreTests() => store = new(scratch["objects"], durable: true);

    private ObjectHash Hash => ObjectHash.Of(content);
    private bool NothingUnfinished => !Directory.EnumerateFiles(Path.Combine(store.Root, ObjectStore.PartName)).Any();

    [Fact]
    public void WhatIsPutIsFoundUnderItsHash()
    {
        Assert.False(store.Has(Hash));
        Assert.Null(store.Open(Hash));
        Assert.Null(store.Length(Hash));
        Assert.Equal((Hash, content.Length), store.Put(new MemoryStream(content)));
        Assert.True(store.Has(Hash));
        Assert.Equal(content.Length, store.Length(Hash));
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(scratch.Path, "objects", Hash.ToString()[..2], Hash.ToString()[2..])));
        using var opened = store.Open(Hash)!;
        Assert.Equal(Hash, ObjectHash.Of(opened));
        Assert.True(NothingUnfinished);
    }

    [Fact]
    public async Task WhatIsNotWhatItSaysIsNotKept()
    {
        var other = ObjectHash.Of("something else"u8);
        var fault = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(other, new MemoryStream(content), 1000));
        Assert.Equal($"cannot take object {other}: its bytes hash to {Hash}", fault.Message);
        await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Hash, new MemoryStream(content), content.Length - 1));
        await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Hash, new MemoryStream(content[..^1]), 1000));
        Assert.Empty(store.List());
        Assert.True(NothingUnfinished);
        await store.PutAsync(Hash, new MemoryStream(content), content.Length);
        Assert.Equal([Hash], store.List());
    }

    [Fact]
    public async Task AnInterruptedPutLeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(Hash, new MemoryStream(content), 1000, cancel.Token));
        using (var part = store.NewPart())
            part.Write(content);
        Assert.Empty(store.List());
        Assert.True(NothingUnfinished);
    }

    [Fact]
    public async Task ADamagedObjectIsSeenAndHealedByANewPut()
    {
        store.Put(new MemoryStream(content));
        Assert.True(store.Verify(Hash));
        File.WriteAllText(store.FileOf(Hash), "an 0bject\n");
        Assert.False(store.Verify(Hash));
        await store.PutAsync(Hash, new MemoryStream(content), 1000);
        Assert.True(store.Verify(Hash));
    }

    [Fact]
    public void TheListIsInOrderAndHoldsObjectsOnly()
    {
        var hashes = Enumerable.Range(0, 200).Select(i => store.Put(new MemoryStream(BitConverter.GetBytes(i))).Hash).ToArray();
        File.WriteAllText(Path.Combine(store.Root, hashes[0].ToString()[..2], "note"), "");
        Directory.CreateDirectory(Path.Combine(store.Root, "zz"));
        Assert.Equal(hashes.Order(), store.List());
        Assert.Equal(hashes.Select(hash => hash.ToString()).Order(StringComparer.Ordinal), store.List().Select(hash => hash.ToString()));
        Assert.True(store.Delete(hashes[7]));
        Assert.False(store.Delete(hashes[7]));
        Assert.Equal(hashes.Length - 1, store.List().Count());
    }

    public void Dispose() => scratch.Dispose();
}

using System.Security.Cryptography;
using G8os.Model.Sandboxes;

namespace G8os.Store.Objects;

/// <summary>An object that is being written. Disposed before <see cref="Become"/> it leaves nothing.</summary>
public sealed class ObjectPart : IDisposable
{
    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ObjectStore store;
    private readonly bool durable;
    private readonly FileStream file;
    private readonly string path;
    private bool adopted;

    internal ObjectPart(ObjectStore store, bool durable)
    {
        (this.store, this.durable) = (store, durable);
        file = store.CreatePart(out path);
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The name of the bytes so far.</summary>
    public ObjectHash Hash => new(sha.GetCurrentHash());

    public void Write(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        sha.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Makes it the object <paramref name="hash"/> of the store.</summary>
    /// <exception cref="StoreException">The bytes are not that object.</exception>
    public void Become(ObjectHash hash)
    {
        if (Hash is var found && found != hash)
            throw new StoreException($"cannot take object {hash}: its bytes hash to {found}");
        if (durable)
            file.Flush(flushToDisk: true);
        file.Dispose();
        // Also over an object that is there: it may be the damaged one that this one heals.
        store.Adopt(path, hash);
        adopted = true;
    }

    public void Dispose()
    {
        sha.Dispose();
        file.Dispose();
        if (!adopted)
            File.Delete(path);
    }
}

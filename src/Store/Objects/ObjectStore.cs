using System.Security.Cryptography;
using G8os.Model.Sandboxes;

namespace G8os.Store.Objects;

/// <summary>
/// A directory of objects by their SHA-256, <c>ab/cdef…</c>: what a controller keeps, what a node caches, what a built sandbox brings. An object is there
/// whole and verified or not at all: it is written beside, under <see cref="PartName"/>, and renamed. Any number of processes may use one directory.
/// An overlay's data-only layer is such a directory, so its files are plain, and only ever added or removed.
/// </summary>
/// <param name="root">The directory; made at the first put.</param>
/// <param name="durable">True: an object's bytes are on the disk before its name is. (The name itself follows with the file system's next commit.)</param>
public sealed class ObjectStore(string root, bool durable = false)
{
    /// <summary>The directory, below the root, of what is not whole yet. It may be removed when nobody writes.</summary>
    public const string PartName = ".part";
    private const int BufferLength = 128 * 1024;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string Root => root;

    /// <summary>Where an object is or would be.</summary>
    public string FileOf(ObjectHash hash) => Path.Combine(root, hash.Path);

    public bool Has(ObjectHash hash) => File.Exists(FileOf(hash));

    /// <summary>Its bytes, or null when it is not here.</summary>
    public long? Length(ObjectHash hash) => new FileInfo(FileOf(hash)) is { Exists: true } file ? file.Length : null;

    /// <summary>The object, or null when it is not here. What is read is not verified again.</summary>
    public FileStream? Open(ObjectHash hash)
    {
        try
        {
            return new FileStream(FileOf(hash), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes what the stream holds and says what it is called.</summary>
    public (ObjectHash Hash, long Length) Put(Stream content)
    {
        using var part = NewPart();
        var buffer = new byte[BufferLength];
        for (int read; (read = content.Read(buffer)) > 0;)
            part.Write(buffer.AsSpan(0, read));
        var hash = part.Hash;
        part.Become(hash);
        return (hash, part.Length);
    }

    /// <summary>Takes the object of this name from a source that may lie.</summary>
    /// <param name="hash">What it must hash to.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="limit">A longer stream, in bytes, is not read on.</param>
    /// <param name="cancel">Ends the wait; nothing is kept then.</param>
    /// <exception cref="StoreException">The bytes are not that object; nothing of them is kept.</exception>
    public async Task PutAsync(ObjectHash hash, Stream content, long limit, CancellationToken cancel = default)
    {
        using var part = NewPart();
        var buffer = new byte[BufferLength];
        for (int read; (read = await content.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
        {
            if (part.Length + read > limit)
                throw new StoreException($"cannot take object {hash}: it is longer than {limit} bytes");
            part.Write(buffer.AsSpan(0, read));
        }
        if (part.Hash is var found && found != hash)
            throw new StoreException($"cannot take object {hash}: its bytes hash to {found}");
        part.Become(hash);
    }

    /// <summary>Begins an object whose bytes come in pieces.</summary>
    public ObjectPart NewPart() => new(this, durable);

    /// <summary>True when the object is here and its bytes are what its name says.</summary>
    public bool Verify(ObjectHash hash)
    {
        using var content = Open(hash);
        return content is not null && ObjectHash.Of(content) == hash;
    }

    /// <summary>Every object, in the order of their names. Files that are no objects are passed by.</summary>
    public IEnumerable<ObjectHash> List()
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            {
                if (ObjectHash.TryParsePath($"{Path.GetFileName(directory)}/{Path.GetFileName(file)}", out var hash))
                    yield return hash;
            }
        }
    }

    /// <summary>When it came or was last <see cref="Touch">touched</see>; null when it is not here.</summary>
    public DateTimeOffset? Used(ObjectHash hash) => new FileInfo(FileOf(hash)) is { Exists: true } file ? file.LastWriteTimeUtc : null;

    /// <summary>Marks it as used now; false when it is not here.</summary>
    public bool Touch(ObjectHash hash)
    {
        try
        {
            File.SetLastWriteTimeUtc(FileOf(hash), DateTime.UtcNow);
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Removes it; false when it was not here. Who has it open reads on.</summary>
    public bool Delete(ObjectHash hash)
    {
        if (!Has(hash))
            return false;
        File.Delete(FileOf(hash));
        return true;
    }

    internal FileStream CreatePart(out string path)
    {
        var directory = Path.Combine(root, PartName);
        path = Path.Combine(directory, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = Mode };
        try
        {
            return new FileStream(path, options);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(directory);
            return new FileStream(path, options);
        }
    }

    internal void Adopt(string path, ObjectHash hash)
    {
        var target = FileOf(hash);
        try
        {
            File.Move(path, target, overwrite: true);
        }
        // FileNotFound: somebody else made the directory between the rename that failed and the look for the reason.
        catch (Exception fault) when (fault is DirectoryNotFoundException or FileNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(path, target, overwrite: true);
        }
    }
}

using G8os.Model.Sandboxes;
using G8os.Store.Objects;
using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>What was made of the files of a tree.</summary>
/// <param name="Files">Regular files.</param>
/// <param name="Objects">The different contents, with their bytes, in the order of their names.</param>
public sealed record TreeObjects(int Files, SortedDictionary<ObjectHash, long> Objects)
{
    /// <summary>Bytes of all objects.</summary>
    public long Bytes => Objects.Values.Sum();

    /// <summary>Puts the content of every file of a tree into a store, and tells each file its object.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="store">Where they go.</param>
    /// <param name="progress">Told after each file: files and bytes so far.</param>
    public static TreeObjects Make(TreeInode root, ObjectStore store, Action<int, long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(store);
        var made = new TreeObjects(0, []);
        var read = 0L;
        foreach (var (path, file) in root.Walk().Where(entry => entry.Inode.Kind == FileKind.Regular))
        {
            made = made with { Files = made.Files + 1 };
            if (file.Size > 0)
                MakeOne(path, file, store, made.Objects);
            progress?.Invoke(made.Files, read += file.Size);
        }
        return made;
    }

    private static void MakeOne(string path, TreeInode file, ObjectStore store, SortedDictionary<ObjectHash, long> objects)
    {
        using var content = file.Content?.Invoke() ?? throw new StoreException($"cannot read {path}: nothing says where its bytes are");
        var (hash, length) = store.Put(content);
        if (length != file.Size)
            throw new StoreException($"cannot read {path}: it had {file.Size} bytes, then {length}: it changed while it was read");
        file.Object = hash;
        objects[hash] = length;
    }
}

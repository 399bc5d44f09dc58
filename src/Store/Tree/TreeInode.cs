using G8os.Model.Sandboxes;

namespace G8os.Store.Tree;

/// <summary>What an inode is; the values are those of a directory entry in EROFS (erofs_fs.h, EROFS_FT_…).</summary>
public enum FileKind : byte { Regular = 1, Directory, CharacterDevice, BlockDevice, Fifo, Socket, Link }

/// <summary>An extended attribute (xattr(7)), its name with the namespace: <c>user.x</c>, <c>security.capability</c>.</summary>
public sealed record Xattr(ByteText Name, ReadOnlyMemory<byte> Value);

/// <summary>
/// A file system object of a tree that becomes a sandbox, or was read from one. The same inode under two names is a hard link; a directory has one name.
/// </summary>
public sealed class TreeInode(FileKind kind)
{
    public FileKind Kind { get; } = kind;
    /// <summary>The lower twelve bits of the mode: rwx three times, set-user-id, set-group-id, sticky.</summary>
    public int Mode { get; set; }
    public uint User { get; set; }
    public uint Group { get; set; }
    /// <summary>Unix seconds of the last change of its content.</summary>
    public long Seconds { get; set; }
    /// <summary>0 to 999,999,999 beyond <see cref="Seconds"/>.</summary>
    public int Nanoseconds { get; set; }
    /// <summary>No two of one name.</summary>
    public IReadOnlyList<Xattr> Xattrs { get; set; } = [];

    /// <summary>Bytes of a regular file.</summary>
    public long Size { get; set; }
    /// <summary>The object of a regular file that is not empty; null until it is known.</summary>
    public ObjectHash? Object { get; set; }
    /// <summary>Opens the bytes of a regular file at its source; null when there is none.</summary>
    public Func<Stream>? Content { get; set; }

    /// <summary>Where a symbolic link leads.</summary>
    public ByteText Target { get; set; }

    /// <summary>Numbers of a device node.</summary>
    public uint Major { get; set; }
    /// <inheritdoc cref="Major"/>
    public uint Minor { get; set; }

    /// <summary>What a directory holds, in the order of names' bytes.</summary>
    public SortedDictionary<ByteText, TreeInode> Children { get; } = [];

    public bool IsDirectory => Kind == FileKind.Directory;

    /// <summary>This inode and all below it, each once, with the first path that leads to it: "" for this one, "bin/sh" for another. A directory comes before what it holds.</summary>
    public IEnumerable<(string Path, TreeInode Inode)> Walk()
    {
        var seen = new HashSet<TreeInode>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(string Path, TreeInode Inode)>([("", this)]);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next.Inode))
                continue;
            yield return next;
            foreach (var (name, child) in next.Inode.Children.Reverse())
                open.Push((next.Path.Length == 0 ? name.ToString() : $"{next.Path}/{name}", child));
        }
    }
}

using G8os.Model.Sandboxes;
using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>
/// Reads images that <see cref="ErofsWriter"/> wrote, from whoever sent them: a changed one is refused or is another tree, never a fault of ours. The image is metadata,
/// so this tells all of a sandbox but the bytes of its files.
/// </summary>
public static class ErofsReader
{
    /// <summary>More bytes are not read: more than two million files.</summary>
    public const int MaxImage = 512 * 1024 * 1024;
    /// <summary>Directories inside each other; a path of the kernel has fewer.</summary>
    public const int MaxDepth = 2048;

    /// <summary>The whole tree. Values of xattrs are parts of the image's memory.</summary>
    /// <exception cref="StoreException">It is no image of ours: the message says why.</exception>
    public static TreeInode Read(ReadOnlyMemory<byte> image)
    {
        var root = new TreeInode(FileKind.Directory);
        var known = new Dictionary<ulong, TreeInode>();
        Walk(image, (source, node, xattrs) =>
        {
            var inode = node.Nid == source.RootNid ? root : new TreeInode(node.Kind);
            Fill(inode, source, node, xattrs);
            known.Add(node.Nid, inode);
        }, (parent, name, nid) => known[parent].Children.Add(name, known[nid]));
        return root;
    }

    /// <summary>Every object that the image names, with its bytes, in the order of their names.</summary>
    /// <exception cref="StoreException">It is no image of ours, or two files name one object and differ in size.</exception>
    public static SortedDictionary<ObjectHash, long> Objects(ReadOnlyMemory<byte> image)
    {
        var objects = new SortedDictionary<ObjectHash, long>();
        Walk(image, (source, node, xattrs) =>
        {
            if (node is not { Kind: FileKind.Regular, Size: > 0 })
                return;
            var hash = source.Object(node, xattrs);
            if (!objects.TryAdd(hash, node.Size) && objects[hash] != node.Size)
                throw new StoreException($"cannot read the image: it has two sizes for object {hash}");
        }, (_, _, _) => { });
        return objects;
    }

    /// <summary>Calls <paramref name="found"/> once for each inode, and <paramref name="named"/> for each name of one that was found.</summary>
    private static void Walk(ReadOnlyMemory<byte> bytes, Action<ErofsImage, ErofsNode, List<Xattr>> found, Action<ulong, ByteText, ulong> named)
    {
        if (bytes.Length > MaxImage)
            throw new StoreException($"cannot read the image: it is longer than {MaxImage >> 20} MiB");
        var image = new ErofsImage(bytes);
        var kinds = new Dictionary<ulong, FileKind>();
        var open = new Stack<(ErofsNode Directory, ulong Parent, int Depth)>();
        Visit(image.RootNid, FileKind.Directory, image.RootNid, 0);
        while (open.TryPop(out var next))
        {
            foreach (var (name, nid, kind) in image.Entries(next.Directory, next.Parent))
            {
                Visit(nid, kind, next.Directory.Nid, next.Depth + 1);
                named(next.Directory.Nid, name, nid);
            }
        }

        void Visit(ulong nid, FileKind kind, ulong parent, int depth)
        {
            if (kinds.TryGetValue(nid, out var known))
            {
                if (known != kind || kind == FileKind.Directory)
                    throw new StoreException("cannot read the image: an inode has two names that do not agree");
                return;
            }
            var node = image.Node(nid);
            if (node.Kind != kind || depth > MaxDepth)
                throw new StoreException($"cannot read the image: {(node.Kind != kind ? "a name says another kind than its inode" : $"its directories are deeper than {MaxDepth}")}");
            kinds.Add(nid, kind);
            found(image, node, image.Xattrs(node));
            if (kind == FileKind.Directory)
                open.Push((node, parent, depth));
        }
    }

    private static void Fill(TreeInode inode, ErofsImage image, in ErofsNode node, List<Xattr> xattrs)
    {
        inode.Mode = node.Mode;
        (inode.User, inode.Group) = (node.User, node.Group);
        (inode.Seconds, inode.Nanoseconds) = (node.Seconds, node.Nanoseconds);
        if (node is { Kind: FileKind.Regular, Size: > 0 })
        {
            (inode.Size, inode.Object) = (node.Size, image.Object(node, xattrs));
            xattrs.RemoveAll(xattr => xattr.Name.Span.SequenceEqual(ErofsFormat.MetacopyName) || xattr.Name.Span.SequenceEqual(ErofsFormat.RedirectName));
        }
        else if (node.Kind == FileKind.Link)
            inode.Target = image.Target(node);
        else if (node.Kind is FileKind.CharacterDevice or FileKind.BlockDevice)
            (inode.Major, inode.Minor) = ErofsFormat.Device(node.Where);
        inode.Xattrs = xattrs;
        ErofsRules.Check(inode);
    }
}

using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>Makes of unpacked Debian packages a tree that works wherever it is mounted.</summary>
public static class DebianTree
{
    private static readonly string[] Merged = ["bin", "sbin", "lib", "lib64", "lib32", "libx32"];

    /// <summary>Moves /bin, /sbin and /lib* below /usr and leaves links, as every Debian since 12 has it (Debian's UsrMerge).</summary>
    /// <param name="root">The tree.</param>
    /// <param name="time">Unix seconds for the links.</param>
    public static void MergeUsr(TreeInode root, long time)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (var name in Merged)
        {
            if (root.Children.GetValueOrDefault(new(name)) is not { IsDirectory: true } directory)
                continue;
            root.Children.Remove(new(name));
            if (root.Find($"usr/{name}") is { IsDirectory: true } inUsr)
                Move(directory, inUsr, name);
            else
                root.Put($"usr/{name}", directory, () => Like(root));
        }
        foreach (var name in Merged.Where(name => root.Find($"usr/{name}") is { IsDirectory: true }))
            root.Children.TryAdd(new(name), new TreeInode(FileKind.Link) { Mode = 0x1ff, Seconds = time, Target = new($"usr/{name}") });
    }

    private static void Move(TreeInode from, TreeInode to, string path)
    {
        foreach (var (name, child) in from.Children)
        {
            if (to.Children.TryAdd(name, child))
                continue;
            if (to.Children[name] is not { IsDirectory: true } existing || !child.IsDirectory)
                throw new StoreException($"cannot merge {path} into usr: {path}/{name} and usr/{path}/{name} are both there");
            Move(child, existing, $"{path}/{name}");
        }
    }

    /// <summary>
    /// Makes absolute links relative when what they lead to is in the tree: mounted at /sandbox/NAME they would lead into the node.
    /// </summary>
    public static void LocalizeLinks(TreeInode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (var (path, link) in root.Walk().Where(entry => entry.Inode.Kind == FileKind.Link).ToArray())
        {
            var target = link.Target.ToString();
            if (target.StartsWith('/') && root.Find(target) is not null)
                link.Target = new(string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/'))) + target.TrimStart('/'));
        }
    }

    internal static TreeInode Like(TreeInode directory) => new(FileKind.Directory) { Mode = 0x1ed, Seconds = directory.Seconds };
}

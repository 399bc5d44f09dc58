namespace G8os.Store.Tree;

/// <summary>Ways through a tree by paths; a first slash means nothing. Links in the middle of a path are followed, as the kernel would with this tree as root.</summary>
public static class TreePaths
{
    private const int MaxLinks = 40;

    /// <summary>What a path leads to, without following a last link; null when there is nothing.</summary>
    public static TreeInode? Find(this TreeInode root, string path)
    {
        var (directory, name) = Locate(root, path, make: null);
        return name.Length == 0 ? root : directory?.Children.GetValueOrDefault(name);
    }

    /// <summary>Puts something at a path, in place of what is there; missing directories are made by <paramref name="make"/>.</summary>
    public static void Put(this TreeInode root, string path, TreeInode inode, Func<TreeInode> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        var (directory, name) = Locate(root, path, make);
        if (name.Length == 0 || directory is null)
            throw new StoreException($"cannot put {path} into the tree: it is no place in a directory");
        directory.Children[name] = inode;
    }

    /// <summary>Takes out everything that <paramref name="gone"/> says of by its absolute path.</summary>
    public static void Remove(this TreeInode root, Func<string, bool> gone)
    {
        ArgumentNullException.ThrowIfNull(gone);
        var open = new Stack<(string Path, TreeInode Directory)>([("", root)]);
        while (open.TryPop(out var next))
        {
            foreach (var (name, child) in next.Directory.Children.ToArray())
            {
                var path = $"{next.Path}/{name}";
                if (gone(path))
                    next.Directory.Children.Remove(name);
                else if (child.IsDirectory)
                    open.Push((path, child));
            }
        }
    }

    /// <summary>The directory that holds the last name of a path, and that name.</summary>
    private static (TreeInode? Directory, ByteText Name) Locate(TreeInode root, string path, Func<TreeInode>? make)
    {
        var above = new Stack<TreeInode>([root]);
        var left = new Stack<string>(Parts(path).Reverse());
        var links = 0;
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                if (above.Count > 1)
                    above.Pop();
                continue;
            }
            var (directory, name) = (above.Peek(), new ByteText(part));
            if (left.Count == 0)
                return (directory, name);
            var next = directory.Children.GetValueOrDefault(name);
            if (next is null && make is not null)
                directory.Children.Add(name, next = make());
            if (next?.Kind == FileKind.Link && ++links <= MaxLinks)
            {
                var target = next.Target.ToString();
                while (target.StartsWith('/') && above.Count > 1)
                    above.Pop();
                foreach (var step in Parts(target).Reverse())
                    left.Push(step);
            }
            else if (next is { IsDirectory: true })
                above.Push(next);
            else
                return (null, name);
        }
        return (above.Peek(), default);
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part is not ("" or "."));
}

using System.Text;
using G8os.Linux.Files;
using G8os.Store.Erofs;
using G8os.Store.Tree;

namespace G8os.Cli.Sandboxes;

/// <summary>Reads a directory or file of this machine as the tree of a sandbox: everything but the bytes of files, which are read when their objects are made.</summary>
internal static class SourceTree
{
    /// <summary>Labels that this machine's security modules put on files: they are the machine's, not the tree's.</summary>
    private static readonly ByteText[] NotTheTrees = [new("security.selinux"u8), new("security.ima"u8), new("security.evm"u8)];

    public static TreeInode Read(string path)
    {
        var start = Encoding.UTF8.GetBytes(Path.GetFullPath(path));
        var known = new Dictionary<(ulong, ulong), TreeInode>();
        var root = ReadInode(start, known);
        var open = new Stack<(byte[] Path, TreeInode Directory)>();
        if (root.IsDirectory)
            open.Push((start, root));
        while (open.TryPop(out var next))
        {
            foreach (var name in RawFiles.Names(next.Path))
            {
                var child = RawFiles.Join(next.Path, name);
                var inode = ReadInode(child, known);
                next.Directory.Children.Add(new(name), inode);
                if (inode.IsDirectory)
                    open.Push((child, inode));
            }
        }
        return root;
    }

    private static TreeInode ReadInode(byte[] path, Dictionary<(ulong, ulong), TreeInode> known)
    {
        var status = RawFiles.Status(path);
        if (known.TryGetValue((status.Home, status.Inode), out var first))
            return first;
        var kind = KindOf(status.Mode);
        var inode = new TreeInode(kind)
        {
            Mode = status.Mode & 0xfff,
            User = status.User,
            Group = status.Group,
            Seconds = status.Seconds,
            Nanoseconds = status.Nanoseconds,
            Xattrs = [.. RawFiles.Xattrs(path).Select(xattr => new Xattr(new(xattr.Name), xattr.Value)).Where(IsTheTrees)],
            Size = kind == FileKind.Regular ? status.Size : 0,
            Content = kind == FileKind.Regular ? () => RawFiles.Open(path) : null,
            Target = kind == FileKind.Link ? new(RawFiles.ReadLink(path)) : default,
            Major = status.Major,
            Minor = status.Minor,
        };
        if (status.Links > 1 && kind != FileKind.Directory)
            known.Add((status.Home, status.Inode), inode);
        return inode;
    }

    private static bool IsTheTrees(Xattr xattr) => ErofsWriter.CanHold(xattr.Name) && !NotTheTrees.Contains(xattr.Name);

    private static FileKind KindOf(int mode) => (mode & 0xf000) switch
    {
        0x1000 => FileKind.Fifo,
        0x2000 => FileKind.CharacterDevice,
        0x4000 => FileKind.Directory,
        0x6000 => FileKind.BlockDevice,
        0xa000 => FileKind.Link,
        0xc000 => FileKind.Socket,
        _ => FileKind.Regular,
    };
}

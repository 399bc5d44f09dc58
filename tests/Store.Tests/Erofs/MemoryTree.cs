using System.Globalization;
using System.Text;
using G8os.Model.Sandboxes;
using G8os.Store.Tree;

namespace G8os.Store.Tests.Erofs;

/// <summary>Trees that were never on a disk.</summary>
internal static class MemoryTree
{
    public static TreeInode File(string content) => new(FileKind.Regular)
    {
        Mode = 0x1a4, Seconds = 1_700_000_000, Size = content.Length, Object = content.Length == 0 ? null : ObjectHash.Of(Encoding.UTF8.GetBytes(content)),
    };

    public static TreeInode Directory(params (string Name, TreeInode Inode)[] entries)
    {
        var directory = new TreeInode(FileKind.Directory) { Mode = 0x1ed, Seconds = 1_700_000_000 };
        foreach (var (name, inode) in entries)
            directory.Children.Add(new(name), inode);
        return directory;
    }

    /// <summary>A tree of so many names in all kinds; the same seed gives the same.</summary>
    public static TreeInode Make(int seed, int entries)
    {
        var random = new Random(seed);
        var root = Directory();
        List<TreeInode> directories = [root], files = [];
        for (var i = 0; i < entries; i++)
        {
            var inode = MakeOne(random, i, files);
            if (inode.IsDirectory)
                directories.Add(inode);
            var name = random.Next(20) == 0 ? new string('n', random.Next(1, 245)) : "";
            directories[random.Next(random.Next(4) == 0 ? directories.Count : Math.Min(directories.Count, 30))].Children.Add(new($"{name}{(char)('a' + random.Next(26))}{i.ToString(CultureInfo.InvariantCulture)}"), inode);
        }
        return root;
    }

    public static SortedDictionary<ObjectHash, long> ObjectsOf(TreeInode root)
    {
        var objects = new SortedDictionary<ObjectHash, long>();
        foreach (var (_, inode) in root.Walk())
        {
            if (inode.Object is { } hash)
                objects[hash] = inode.Size;
        }
        return objects;
    }

    private static TreeInode MakeOne(Random random, int number, List<TreeInode> files)
    {
        if (files.Count > 0 && random.Next(25) == 0)
            return files[random.Next(files.Count)];
        var inode = random.Next(20) switch
        {
            < 12 => File(random.Next(10) == 0 ? "" : $"content {random.Next(entries(number))}"),
            < 16 => Directory(),
            < 18 => new(FileKind.Link) { Mode = 0x1ff, Target = new(new string('t', random.Next(8) == 0 ? random.Next(1, 4096) : random.Next(1, 50))) },
            18 => new(random.Next(2) == 0 ? FileKind.Fifo : FileKind.Socket),
            _ => new(random.Next(2) == 0 ? FileKind.CharacterDevice : FileKind.BlockDevice) { Major = (uint)random.Next(1, 4096), Minor = (uint)random.Next(1 << 20) },
        };
        if (random.Next(3) == 0)
            (inode.User, inode.Group, inode.Seconds, inode.Nanoseconds) = ((uint)random.Next(70_000), (uint)random.Next(70_000), random.NextInt64(4_000_000_000), random.Next(1_000_000_000));
        if (random.Next(8) == 0)
            inode.Xattrs = [new(new("security.capability"u8), new byte[random.Next(1, 30)]), new(new("trusted.shared"u8), "the same"u8.ToArray())];
        if (inode.Kind == FileKind.Regular)
            files.Add(inode);
        return inode;

        static int entries(int number) => Math.Max(1, number);
    }
}

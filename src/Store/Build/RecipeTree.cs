using System.Text;
using G8os.Model.Sandboxes;
using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>Makes the tree that a recipe describes out of its unpacked packages. The same packages and files give the same tree: no time of the build is in it.</summary>
public static class RecipeTree
{
    private const int FileMode = 0x1a4, StarterMode = 0x1ed, OthersWrite = 0x12;

    /// <summary>Applies a recipe.</summary>
    /// <param name="recipe">What is wanted.</param>
    /// <param name="sandbox">Its name and version.</param>
    /// <param name="packages">What its packages hold, changed and returned.</param>
    /// <param name="source">Reads a file or directory beside the recipe.</param>
    /// <param name="time">Unix seconds for what has no time of its own; null: the newest file of the packages.</param>
    /// <exception cref="StoreException">The recipe and the tree do not go together.</exception>
    public static TreeInode Apply(SandboxRecipe recipe, SandboxRef sandbox, TreeInode packages, Func<string, TreeInode> source, long? time)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(packages);
        ArgumentNullException.ThrowIfNull(source);
        packages.Remove(path => recipe.Remove.Any(pattern => PathPattern.Matches(pattern, path)));
        var now = time ?? packages.Walk().Where(entry => !entry.Inode.IsDirectory).Select(entry => entry.Inode.Seconds).DefaultIfEmpty(0).Max();
        DebianTree.MergeUsr(packages, now);
        TreeInode NewDirectory() => new(FileKind.Directory) { Mode = StarterMode, Seconds = now };
        foreach (var path in recipe.Directories.Where(path => packages.Find(path) is null))
            packages.Put(path, NewDirectory(), NewDirectory);
        foreach (var file in recipe.Files)
            packages.Put(file.Path, MakeFile(file, sandbox, source, now), NewDirectory);
        foreach (var link in recipe.Links)
            packages.Put(link.Path, new TreeInode(FileKind.Link) { Mode = 0x1ff, Seconds = now, Target = new(link.Target) }, NewDirectory);
        DebianTree.LocalizeLinks(packages);
        PutTools(recipe, packages, NewDirectory, now);
        Settle(packages, now);
        return packages;
    }

    private static TreeInode MakeFile(RecipeFile file, SandboxRef sandbox, Func<string, TreeInode> source, long now)
    {
        if (file.Text is { } text)
            return TextFile(text.Replace("{name}", sandbox.Name, StringComparison.Ordinal).Replace("{version}", sandbox.Version, StringComparison.Ordinal), file.Mode ?? FileMode, now);
        var tree = source(file.From!);
        // A checkout says who checked out and when, and by its umask who may write: none of it is the sandbox's.
        foreach (var (_, inode) in tree.Walk())
        {
            (inode.User, inode.Group, inode.Seconds, inode.Nanoseconds) = (0, 0, now, 0);
            inode.Mode = inode.Kind == FileKind.Link ? inode.Mode : ((inode.Mode & 0x40) != 0 ? StarterMode : FileMode) & ~OthersWrite;
        }
        tree.Mode = file.Mode ?? tree.Mode;
        return tree;
    }

    /// <summary>The starters are a directory of their own: on a node only they belong into PATH.</summary>
    private static void PutTools(SandboxRecipe recipe, TreeInode root, Func<TreeInode> newDirectory, long now)
    {
        if (recipe.Tools.Count == 0)
            return;
        if (root.Find("bin") is not { IsDirectory: true })
            root.Children[new("bin"u8)] = newDirectory();
        foreach (var tool in recipe.Tools)
            root.Put($"bin/{tool.Name}", TextFile(ToolScript.Write(tool, root), StarterMode, now), newDirectory);
    }

    private static TreeInode TextFile(string text, int mode, long now)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new(FileKind.Regular) { Mode = mode, Seconds = now, Size = bytes.Length, Content = () => new MemoryStream(bytes, writable: false) };
    }

    /// <summary>Directories were made by unpacking: their times are those of the build, and the root's owner the builder.</summary>
    private static void Settle(TreeInode root, long now)
    {
        (root.Mode, root.User, root.Group) = (StarterMode, 0, 0);
        foreach (var (_, inode) in root.Walk())
        {
            if (inode.IsDirectory)
                (inode.Seconds, inode.Nanoseconds) = (now, 0);
        }
    }
}

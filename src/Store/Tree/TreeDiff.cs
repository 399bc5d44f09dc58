namespace G8os.Store.Tree;

/// <summary>A path that two trees do not agree on.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Sign"><c>+</c> only the second has it, <c>-</c> only the first, <c>~</c> both, and they differ.</param>
/// <param name="What">What differs: content, mode, owner, time, …; empty for + and -.</param>
public sealed record TreeChange(string Path, char Sign, string What);

/// <summary>Compares trees by what a reader sees of them.</summary>
public static class TreeDiff
{
    /// <summary>All changes from the first to the second, in the order of paths. A directory that only one has counts with each thing in it.</summary>
    public static IEnumerable<TreeChange> Of(TreeInode first, TreeInode second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Both("", first, second);
    }

    private static IEnumerable<TreeChange> Both(string path, TreeInode first, TreeInode second)
    {
        if (first.Kind != second.Kind)
            return [.. One(path, '-', first), .. One(path, '+', second)];
        var what = string.Join(", ", Differences(first, second));
        IEnumerable<TreeChange> own = what.Length == 0 ? [] : [new(path.Length == 0 ? "/" : path, '~', what)];
        return own.Concat(first.Children.Keys.Union(second.Children.Keys).Order().SelectMany(name =>
            (first.Children.GetValueOrDefault(name), second.Children.GetValueOrDefault(name)) switch
            {
                ({ } left, { } right) => Both($"{path}/{name}", left, right),
                ({ } left, null) => One($"{path}/{name}", '-', left),
                (null, var right) => One($"{path}/{name}", '+', right!),
            }));
    }

    private static IEnumerable<TreeChange> One(string path, char sign, TreeInode inode) =>
        inode.Children.SelectMany(child => One($"{path}/{child.Key}", sign, child.Value)).Prepend(new(path, sign, ""));

    private static IEnumerable<string> Differences(TreeInode first, TreeInode second)
    {
        if ((first.Size, first.Object) != (second.Size, second.Object))
            yield return "content";
        if (first.Target != second.Target)
            yield return "target";
        if (first.Mode != second.Mode)
            yield return "mode";
        if ((first.User, first.Group) != (second.User, second.Group))
            yield return "owner";
        if ((first.Major, first.Minor) != (second.Major, second.Minor))
            yield return "device";
        if (!Marks(first).SequenceEqual(Marks(second)))
            yield return "attributes";
        if ((first.Seconds, first.Nanoseconds) != (second.Seconds, second.Nanoseconds))
            yield return "time";
    }

    private static IEnumerable<(ByteText, ByteText)> Marks(TreeInode inode) =>
        inode.Xattrs.Select(xattr => (xattr.Name, new ByteText(xattr.Value.Span))).OrderBy(mark => mark.Name);
}

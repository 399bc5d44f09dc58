using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>What an inode must be to go into an image. Each fault is one sentence, without the path: the caller knows it.</summary>
internal static class ErofsRules
{
    private const int ModeMask = 0xfff;
    private const uint MaxMajor = 0xfff, MaxMinor = 0xfffff;

    public static void Check(TreeInode inode)
    {
        if (Fault(inode) is { } fault)
            throw new StoreException($"cannot write the image: {fault}");
    }

    private static string? Fault(TreeInode inode)
    {
        if ((inode.Mode & ~ModeMask) != 0 || inode.Nanoseconds is < 0 or >= 1_000_000_000)
            return "a mode or time is out of range";
        if (inode.Xattrs.FirstOrDefault(xattr => xattr.Name.Span.StartsWith(ErofsFormat.OverlayPrefix)) is { } own)
            return $"a file brings the extended attribute {own.Name}, which would steer the overlay mount";
        return inode.Kind switch
        {
            FileKind.Regular => RegularFault(inode),
            FileKind.Link => inode.Target.Length is 0 or > ErofsFormat.MaxTarget ? $"a link leads to a text of {inode.Target.Length} bytes; 1 to {ErofsFormat.MaxTarget} are possible" : null,
            FileKind.Directory => inode.Children.Keys.Select(NameFault).FirstOrDefault(fault => fault is not null),
            FileKind.CharacterDevice or FileKind.BlockDevice => DeviceFault(inode),
            _ => null,
        };
    }

    private static string? RegularFault(TreeInode inode)
    {
        if (inode.Size is < 0 or > ErofsFormat.MaxFile)
            return $"a file has {inode.Size} bytes; at most {ErofsFormat.MaxFile} are possible";
        return inode.Size > 0 && inode.Object is null ? "a file's object is not known" : null;
    }

    private static string? DeviceFault(TreeInode inode)
    {
        if (inode is { Kind: FileKind.CharacterDevice, Major: 0, Minor: 0 })
            return "a character device 0:0 is a whiteout to overlayfs; remove it from the tree";
        return inode.Major > MaxMajor || inode.Minor > MaxMinor ? $"a device has the numbers {inode.Major}:{inode.Minor}" : null;
    }

    internal static string? NameFault(ByteText name)
    {
        if (name.Length is 0 or > ErofsFormat.MaxName)
            return $"a name has {name.Length} bytes; 1 to {ErofsFormat.MaxName} are possible";
        return name.Span.ContainsAny((byte)0, (byte)'/') || name.Span.SequenceEqual("."u8) || name.Span.SequenceEqual(".."u8) ? "a name is ., .. or holds / or NUL" : null;
    }
}

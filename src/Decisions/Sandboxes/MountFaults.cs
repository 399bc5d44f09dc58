namespace G8os.Decisions.Sandboxes;

/// <summary>What a kernel that refuses a mount lacks, in words; found by trying, never by its version.</summary>
public static class MountFaults
{
    private const int ENOTBLK = 15, ENODEV = 19, EINVAL = 22, ENOSYS = 38;

    /// <summary>Why an image could not be mounted from a file; null when it is not the kernel's lack.</summary>
    public static string? OfImage(int errno, string image) => errno switch
    {
        ENODEV => "this kernel has no EROFS (CONFIG_EROFS_FS): use one that has, 6.12 or later",
        ENOTBLK => $"this kernel cannot mount EROFS from the file {image}: it needs CONFIG_EROFS_FS_BACKED_BY_FILE (6.12 or later), and the file must be on ext4 or xfs, not in RAM or on an overlay",
        _ => null,
    };

    /// <summary>The same for a tree.</summary>
    public static string? OfTree(int errno) => errno switch
    {
        ENODEV => "this kernel has no overlayfs (CONFIG_OVERLAY_FS)",
        EINVAL or ENOSYS => "this kernel's overlayfs has no data-only layers, or no metacopy: use a kernel that has them, 6.5 or later (the kernel's log says more)",
        _ => null,
    };

    /// <summary>The same for the mount of g8os-fs.</summary>
    public static string? OfObjects(int errno) => errno switch
    {
        ENODEV or 2 or 6 => "this kernel has no FUSE (CONFIG_FUSE_FS), or /dev/fuse is missing",
        _ => null,
    };
}

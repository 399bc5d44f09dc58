using G8os.Linux.Native;

namespace G8os.Linux.Mounts;

/// <summary>
/// Mounts the tree of an EROFS image whose files are elsewhere: overlayfs over the image and, as data-only layers, directories that hold the files'
/// bytes (Documentation/filesystems/overlayfs.rst, "Data-only lower layers"). What the kernel lacks is named; its version is never looked at.
/// </summary>
public static class SandboxMount
{
    private const int ENOTBLK = 15;

    /// <summary>Mounts it read-only on <paramref name="target"/>, an existing directory. One <see cref="MountPoint.Unmount"/> takes it away.</summary>
    /// <param name="image">The image: a file on a disk's file system, for neither overlayfs nor tmpfs can back a mount.</param>
    /// <param name="layers">Directories of objects, the first one asked first.</param>
    /// <param name="names">An empty directory, needed for the time of the call only.</param>
    /// <param name="target">Where to.</param>
    public static void Mount(string image, IReadOnlyList<string> layers, string names, string target)
    {
        MountNames(image, names);
        try
        {
            MountTree(layers, names, target);
        }
        finally
        {
            // The overlay has a copy of it for itself.
            MountPoint.Unmount(names, detach: true);
        }
    }

    private static void MountNames(string image, string names)
    {
        if (Libc.mount(image, names, "erofs", (nuint)(MountFlags.ReadOnly | MountFlags.NoDevices | MountFlags.NoSuid), null) < 0)
        {
            var failed = LinuxException.Last($"mount {image}");
            throw failed.Errno switch
            {
                Errno.ENODEV => new LinuxException($"mount {image}", failed.Errno, "this kernel has no EROFS (CONFIG_EROFS_FS)"),
                ENOTBLK => new LinuxException($"mount {image}", failed.Errno, "this kernel cannot mount an EROFS image from a file there (CONFIG_EROFS_FS_BACKED_BY_FILE, since Linux 6.12; never from overlayfs or tmpfs)"),
                _ => failed,
            };
        }
    }

    private static void MountTree(IReadOnlyList<string> layers, string names, string target)
    {
        var data = $"metacopy=on,redirect_dir=on,lowerdir={Escaped(names)}{string.Concat(layers.Select(layer => $"::{Escaped(layer)}"))}";
        if (Libc.mount("g8os", target, "overlay", (nuint)(MountFlags.ReadOnly | MountFlags.NoDevices), data) < 0)
        {
            var failed = LinuxException.Last($"mount a sandbox on {target}");
            throw failed.Errno switch
            {
                Errno.ENODEV => new LinuxException($"mount a sandbox on {target}", failed.Errno, "this kernel has no overlayfs (CONFIG_OVERLAY_FS)"),
                Errno.EINVAL => new LinuxException($"mount a sandbox on {target}", failed.Errno, "this kernel's overlayfs refuses it; data-only layers came with Linux 6.5"),
                _ => failed,
            };
        }
    }

    /// <summary>A backslash before what separates options and layers.</summary>
    private static string Escaped(string path) => path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
}

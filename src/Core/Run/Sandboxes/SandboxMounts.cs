using G8os.Decisions.Sandboxes;
using G8os.Linux;
using G8os.Linux.Mounts;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Store;
using G8os.Store.Erofs;
using G8os.Store.Objects;

namespace G8os.Core.Run.Sandboxes;

/// <summary>Mounts of sandboxes, by mount(2) itself: mount(8) would make a loop device of an image.</summary>
internal sealed class SandboxMounts(ObjectStore store)
{
    /// <summary>Set-user-id programs and device nodes of a publisher do nothing.</summary>
    private const MountFlags Flags = MountFlags.ReadOnly | MountFlags.NoSuid | MountFlags.NoDevices;

    /// <summary>Ours, as <see cref="SandboxPlaces"/> has them; what others mount elsewhere below is not looked at.</summary>
    public static Values<MountSeen> Look() => MountTable.Read().Where(mount => IsPlace(mount.MountPoint))
        .Select(mount => new MountSeen(mount.MountPoint, mount.Type, mount.Source)).ToValues();

    private static bool IsPlace(string path) => Path.GetDirectoryName(path) is { } parent
        && (parent == SandboxPlaces.Tools || (Path.GetDirectoryName(parent) == SandboxPlaces.All && Path.GetFileName(path) is "meta" or "root"));

    /// <summary>Every object the image names, after it was verified: the kernel's parser is never given an image that is not what its publisher signed.</summary>
    /// <exception cref="StoreException">The image in the cache is damaged (then it is removed, to be fetched again), or is no image of ours.</exception>
    public IReadOnlyCollection<ObjectHash> Objects(SandboxSpec sandbox)
    {
        using var file = store.Open(sandbox.Image) ?? throw new StoreException($"cannot read image {sandbox.Image}: it left the cache");
        if (file.Length != sandbox.ImageSize || file.Length > ErofsReader.MaxImage)
            throw new StoreException($"cannot mount {sandbox.Ref}: its image has {file.Length} bytes, its manifest says {sandbox.ImageSize}");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (ObjectHash.Of(bytes) == sandbox.Image)
            return ErofsReader.Objects(bytes).Keys;
        store.Delete(sandbox.Image);
        throw new StoreException($"cannot mount {sandbox.Ref}: its image was damaged on the disk; it is fetched again");
    }

    public void MountImage(SandboxSpec sandbox)
    {
        _ = Objects(sandbox);
        var (file, place) = (store.FileOf(sandbox.Image), SandboxPlaces.Meta(sandbox.Ref));
        Directory.CreateDirectory(place);
        try
        {
            MountPoint.Mount(file, place, "erofs", Flags);
        }
        catch (LinuxException fault) when (MountFaults.OfImage(fault.Errno, file) is { } lack)
        {
            throw new LinuxException($"mount {sandbox.Ref}", fault.Errno, lack);
        }
    }

    public void MountTree(SandboxSpec sandbox, string place, string device)
    {
        Directory.CreateDirectory(place);
        try
        {
            MountPoint.Mount(sandbox.Source(device), place, "overlay", Flags,
                $"metacopy=on,redirect_dir=on,lowerdir={SandboxPlaces.Meta(sandbox.Ref)}::{store.Root}::{FsPlaces.Mount}");
        }
        catch (LinuxException fault)
        {
            Directory.Delete(place);
            throw MountFaults.OfTree(fault.Errno) is { } lack ? new LinuxException($"mount {sandbox.Ref} on {place}", fault.Errno, lack) : fault;
        }
    }

    /// <summary>Who uses it keeps it; the directory goes too, so that it says whether something is there.</summary>
    public static void Unmount(string place)
    {
        MountPoint.Unmount(place, detach: true);
        if (MountTable.IsMounted(place))
            return;     // another one lies below: it has its turn
        Directory.Delete(place);
        if (Path.GetDirectoryName(place) is { } above && Path.GetDirectoryName(above) == SandboxPlaces.All && !Directory.EnumerateFileSystemEntries(above).Any())
            Directory.Delete(above);
    }
}

using G8os.Linux.Mounts;
using G8os.Linux.Native;

namespace G8os.Linux.Fuse;

/// <summary>A connection of /dev/fuse (fuse(4)): the mount lives for as long as somebody holds a copy of its descriptor.</summary>
public static class FuseDevice
{
    /// <summary>Type of the mounts, as /proc/self/mountinfo shows it.</summary>
    public const string Type = "fuse.g8os";

    /// <summary>A new connection, not mounted yet.</summary>
    public static Descriptor Open()
    {
        var fd = Libc.open("/dev/fuse", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new(fd) : throw LinuxException.Last("open /dev/fuse");
    }

    /// <summary>Mounts a connection read-only. Returns at once: INIT waits in the device for the first server, and so does whoever looks in.</summary>
    public static void Mount(Descriptor device, string target, string source)
    {
        ArgumentNullException.ThrowIfNull(device);
        MountPoint.Mount(source, target, Type, MountFlags.ReadOnly | MountFlags.NoSuid | MountFlags.NoDevices,
            $"fd={device.Number},rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions");
    }

    /// <summary>Takes a mount out of sight and aborts its connection: whoever waits for it gets an error (MNT_FORCE, fuse_umount_begin of fs/fuse/inode.c).</summary>
    public static void Abort(string target) => MountPoint.Unmount(target, detach: true, force: true);
}

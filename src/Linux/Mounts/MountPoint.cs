using G8os.Linux.Native;

namespace G8os.Linux.Mounts;

/// <summary>Flags of mount(2) (linux/mount.h).</summary>
[Flags]
public enum MountFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Read only.</summary>
    ReadOnly = 1,
    /// <summary>Set-user-id bits do nothing.</summary>
    NoSuid = 2,
    /// <summary>Device nodes do nothing.</summary>
    NoDevices = 4,
    /// <summary>Nothing can be run.</summary>
    NoExec = 8,
    /// <summary>Change the options of what is mounted there.</summary>
    Remount = 32,
    /// <summary>Show a directory at a second place.</summary>
    Bind = 4096,
    /// <summary>Move a mount.</summary>
    Move = 8192,
    /// <summary>With <see cref="Bind"/>, <see cref="Private"/>, …: everything below too.</summary>
    Recursive = 16384,
    /// <summary>Mounts do not spread from or to other namespaces.</summary>
    Private = 1 << 18,
    /// <summary>Mounts spread to here, not from here.</summary>
    Slave = 1 << 19,
    /// <summary>Mounts spread both ways.</summary>
    Shared = 1 << 20,
}

/// <summary>
/// Mounts by the system call itself: mount(8) would make a loop device for a regular file. Everything acts on the mount namespace of the process.
/// </summary>
public static class MountPoint
{
    private const int ForceFlag = 1, DetachFlag = 2, NoFollowFlag = 8;
    private const nint PivotRootNumberX64 = 155, PivotRootNumberArm64 = 41;

    /// <summary>mount(2).</summary>
    /// <param name="source">Device, directory or a name to show; null for a change of propagation.</param>
    /// <param name="target">An existing directory (or file, for a bind of one).</param>
    /// <param name="type">File system type; null for bind, move, remount, propagation.</param>
    /// <param name="flags">See <see cref="MountFlags"/>.</param>
    /// <param name="data">Options of the file system: "mode=755,size=1m".</param>
    public static void Mount(string? source, string target, string? type, MountFlags flags = MountFlags.None, string? data = null)
    {
        if (Libc.mount(source, target, type, (nuint)flags, data) < 0)
            throw LinuxException.Last($"mount {type ?? flags.ToString()} {source} on {target}");
    }

    /// <summary>Shows <paramref name="source"/> also at <paramref name="target"/>.</summary>
    public static void Bind(string source, string target, bool recursive = false) =>
        Mount(source, target, null, MountFlags.Bind | (recursive ? MountFlags.Recursive : 0));

    /// <summary>
    /// Takes the topmost mount away; with <paramref name="detach"/> from sight at once and for good when nobody uses it any more; with
    /// <paramref name="force"/> a FUSE connection is aborted too.
    /// </summary>
    public static void Unmount(string target, bool detach = false, bool force = false)
    {
        if (Libc.umount2(target, NoFollowFlag | (detach ? DetachFlag : 0) | (force ? ForceFlag : 0)) < 0)
            throw LinuxException.Last($"unmount {target}");
    }

    /// <summary>Makes <paramref name="newRoot"/> the root of this mount namespace and shows the old one at <paramref name="putOld"/> below it (pivot_root(2)).</summary>
    public static void PivotRoot(string newRoot, string putOld)
    {
        var arm = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;
        if (Libc.pivot_root(arm ? PivotRootNumberArm64 : PivotRootNumberX64, newRoot, putOld) < 0)
            throw LinuxException.Last($"make {newRoot} the root");
    }

    /// <summary>Makes a character device node with exactly these permissions; one that is there already is an error.</summary>
    public static void MakeCharacterDevice(string path, uint mode, int major, int minor)
    {
        const uint Character = 0x2000;
        var device = ((ulong)(uint)major << 8) | ((uint)minor & 0xff) | (((ulong)(uint)minor & ~0xffUL) << 12);
        if (Libc.mknod(path, Character | mode, device) < 0 || Libc.chmod(path, mode) < 0)
            throw LinuxException.Last($"make device node {path}");
    }
}

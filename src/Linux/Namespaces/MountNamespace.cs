using System.Runtime.ExceptionServices;
using G8os.Linux.Mounts;
using G8os.Linux.Native;

namespace G8os.Linux.Namespaces;

/// <summary>A mount namespace of its own (mount_namespaces(7)): what is mounted inside is seen nowhere else, and is gone with this object and its processes.</summary>
public sealed class MountNamespace : IDisposable
{
    private readonly Descriptor descriptor;

    private MountNamespace(Descriptor descriptor) => this.descriptor = descriptor;

    /// <summary>A copy of this process's mounts. Changes do not spread in either direction.</summary>
    public static MountNamespace Create() => OnOwnThread(() =>
    {
        if (Libc.unshare(Libc.CLONE_NEWNS) < 0)
            throw LinuxException.Last("make a mount namespace");
        MountPoint.Mount(null, "/", null, MountFlags.Private | MountFlags.Recursive);
        var fd = Libc.open("/proc/thread-self/ns/mnt", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new MountNamespace(new(fd)) : throw LinuxException.Last("open the mount namespace");
    });

    /// <summary>
    /// Runs <paramref name="work"/> on a thread of its own inside and waits for it; processes it spawns stay inside. It must not await or start pool work.
    /// The thread gives up sharing its working directory first: setns(2) refuses otherwise.
    /// </summary>
    public T Run<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return OnOwnThread(() => Libc.unshare(Libc.CLONE_FS) == 0 && Libc.setns(descriptor.Number, Libc.CLONE_NEWNS) == 0
            ? work() : throw LinuxException.Last("enter a mount namespace"));
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    private static T OnOwnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);     // thrown again on the caller's thread
            }
        })
        { IsBackground = true, Name = "mounts" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();
}

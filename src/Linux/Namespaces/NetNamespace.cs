using System.Runtime.ExceptionServices;
using G8os.Linux.Native;

namespace G8os.Linux.Namespaces;

/// <summary>A network namespace (network_namespaces(7)), alive for as long as this object, a process or a mount holds it.</summary>
public sealed class NetNamespace : IDisposable
{
    private readonly Descriptor descriptor;

    private NetNamespace(Descriptor descriptor) => this.descriptor = descriptor;

    /// <summary>The open descriptor, for <c>RtNetlink.CreateVeth</c>, <c>MoveLink</c> and setns.</summary>
    public int Number => descriptor.Number;

    /// <summary>A path under which other processes of the same user can open it while this object lives: <c>nsenter --net=PATH</c>.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{Number}";

    /// <summary>A new namespace. Its loopback link is down.</summary>
    public static NetNamespace Create() => OnOwnThread(() =>
        Libc.unshare(Libc.CLONE_NEWNET) == 0 ? Open("/proc/thread-self/ns/net") : throw LinuxException.Last("make a network namespace"));

    /// <summary>The namespace of a process (<c>/proc/PID/ns/net</c>) or of a name (<c>/run/netns/NAME</c>).</summary>
    public static NetNamespace Open(string path)
    {
        var fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new(new(fd)) : throw LinuxException.Last($"open network namespace {path}");
    }

    /// <summary>
    /// Runs <paramref name="work"/> on a thread of its own inside the namespace and waits for it. Sockets opened and processes spawned there stay in the namespace.
    /// The work must not await or start pool work: a pool thread born there would stay in the namespace for ever.
    /// </summary>
    public T Run<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var number = Number;
        return OnOwnThread(() => Libc.setns(number, Libc.CLONE_NEWNET) == 0 ? work() : throw LinuxException.Last("enter a network namespace"));
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>The thread is thrown away afterwards, so that no other work ever runs in the wrong namespace.</summary>
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
        { IsBackground = true, Name = "namespace" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();
}

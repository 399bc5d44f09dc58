using System.Runtime.InteropServices;

namespace G8os.Linux.Native;

/// <summary>A thread that calls back whenever a descriptor is readable, until disposed. The descriptor's owner passes its clean-up as <c>ended</c>.</summary>
internal sealed unsafe class WatchThread : IDisposable
{
    private readonly Descriptor wake;
    private readonly Thread thread;
    private volatile bool stopping;

    internal WatchThread(string name)
    {
        var fd = Libc.eventfd(0, Libc.O_CLOEXEC);
        wake = fd >= 0 ? new(fd) : throw LinuxException.Last("make an event descriptor");
        thread = new(Run) { IsBackground = true, Name = name };
    }

    internal required int Watched { get; init; }
    internal required Action Readable { get; init; }
    internal required Action Ended { get; init; }
    internal Action? Started { get; init; }
    internal bool Stopping => stopping;

    internal void Start() => thread.Start();

    private void Run()
    {
        Started?.Invoke();
        while (!stopping && Wait())
            Readable();
        Ended();
    }

    /// <summary>True when there is something to read, false when we are to stop.</summary>
    private bool Wait()
    {
        var watched = stackalloc Libc.Poll[2];
        watched[0] = new() { Descriptor = wake.Number, Events = Libc.POLLIN };
        watched[1] = new() { Descriptor = Watched, Events = Libc.POLLIN };
        while (Libc.poll(watched, 2, -1) < 0)
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last($"wait in thread {thread.Name}");
        return watched[0].Returned == 0;
    }

    /// <summary>Ends the thread; no callback comes after it returns. Within a callback the thread ends when that returns.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        if (Thread.CurrentThread == thread)
            return;
        ulong one = 1;
        if (Libc.write(wake.Number, (byte*)&one, sizeof(ulong)) < 0)
            throw LinuxException.Last($"stop thread {thread.Name}");
        thread.Join();
        wake.Dispose();
    }
}

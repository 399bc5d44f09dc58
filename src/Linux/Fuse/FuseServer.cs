using G8os.Linux.Native;

namespace G8os.Linux.Fuse;

/// <summary>Answers one request, on one of the server's threads. Leave the reply empty when there is none, or when <see cref="FuseServer.Send"/> brings it later.</summary>
public delegate void FuseHandler(FuseRequest request, ref FuseReply reply);

/// <summary>
/// Serves one connection with threads of its own, never the pool's: a blocked pool must not stop replies. Whatever a handler throws becomes EIO for
/// that request alone. A connection that was aborted or unmounted ends the server.
/// </summary>
public sealed class FuseServer : IDisposable
{
    private const int ThreadsMax = 16;
    private readonly WatchThread[] threads;
    private readonly long[] busySince;
    private readonly Descriptor device;
    private readonly FuseHandler handler;
    private readonly Action<Exception> failed;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For a mounted connection, with 1 to 16 threads.</summary>
    /// <param name="device">Stays the caller's. Set to non-blocking here: threads poll it, so that they can be stopped.</param>
    /// <param name="threads">How many.</param>
    /// <param name="handler">Called on all of them at once.</param>
    /// <param name="failed">Hears of what a handler threw, and of replies that could not be sent.</param>
    public FuseServer(Descriptor device, int threads, FuseHandler handler, Action<Exception> failed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, ThreadsMax);
        if (Libc.fcntl(device.Number, Libc.F_SETFL, Libc.O_NONBLOCK) < 0)
            throw LinuxException.Last("make /dev/fuse non-blocking");
        (this.device, this.handler, this.failed) = (device, handler, failed);
        (this.threads, busySince) = (new WatchThread[threads], new long[threads]);
        for (var i = 0; i < threads; i++)
            this.threads[i] = Thread(i);
    }

    /// <summary>The connection is over: unmounted, or aborted.</summary>
    public Task Ended => ended.Task;

    /// <summary>For how long the slowest thread has been at its present request, milliseconds; 0 when all wait for one.</summary>
    public long Busy
    {
        get
        {
            var longest = 0L;
            for (var i = 0; i < busySince.Length; i++)
                if (Volatile.Read(ref busySince[i]) is > 0 and var since)
                    longest = Math.Max(longest, Environment.TickCount64 - since);
            return longest;
        }
    }

    /// <summary>Begins to serve.</summary>
    public void Start()
    {
        foreach (var thread in threads)
            thread.Start();
    }

    private WatchThread Thread(int number)
    {
        byte[] requests = GC.AllocateUninitializedArray<byte>(FuseSize.RequestBuffer, pinned: true), replies = GC.AllocateUninitializedArray<byte>(FuseSize.ReplyBuffer, pinned: true);
        WatchThread thread = null!;
        return thread = new WatchThread($"fuse-{number}")
        {
            Watched = device.Number,
            Readable = () =>
            {
                Volatile.Write(ref busySince[number], Environment.TickCount64);
                Serve(thread, requests, replies);
                Volatile.Write(ref busySince[number], 0);
            },
            Ended = () => { },
        };
    }

    /// <summary>Asks for the requests that a server before us took and did not answer. False when the kernel cannot (before Linux 6.9): their askers wait until the mount is aborted.</summary>
    public bool Resend() => DescriptorIo.WriteAll(device.Number, FuseNotice.Resend) > 0;

    /// <summary>Sends a reply, or a notice, from any thread. An asker that is gone (ENOENT) or a connection that ended is no error.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        var sent = DescriptorIo.WriteAll(device.Number, message);
        if (sent < 0 && sent is not (-Errno.ENOENT or -Errno.ENODEV or -Errno.EPERM))
            failed(new LinuxException("reply to the kernel", -sent));
    }

    private void Serve(WatchThread thread, byte[] requests, byte[] replies)
    {
        var got = DescriptorIo.Read(device.Number, requests);
        switch (got)
        {
            case > 0:
                Answer(requests.AsSpan(0, got), replies);
                break;
            case -Errno.EAGAIN or -Errno.EINTR or -Errno.ENOENT:    // another thread took it, or its asker is gone
                break;
            default:
                thread.Dispose();
                ended.TrySetResult();
                break;
        }
    }

    private void Answer(ReadOnlySpan<byte> message, byte[] replies)
    {
        var reply = new FuseReply(replies, FuseRequest.UniqueOf(message));
        try
        {
            if (FuseRequest.TryParse(message, out var request))
                handler(request, ref reply);
            else
                reply.Fail(Errno.EIO);
        }
        catch (Exception fault)
        {
            failed(fault);
            reply.Fail(Errno.EIO);
        }
        if (reply.Length > 0)
            Send(reply.Message);
    }

    /// <summary>Stops serving; requests wait in the kernel for the next server. No handler runs when it returns.</summary>
    public void Dispose()
    {
        foreach (var thread in threads)
            thread.Dispose();
    }
}

using System.Runtime.InteropServices;
using G8os.Linux.Native;

namespace G8os.Linux.Processes;

/// <summary>
/// A child of a program that is not a reaper of everything (the lab, tests). Ended children are collected by a thread each; disposing kills a child that
/// still runs. Never use it in init's process.
/// </summary>
public sealed unsafe class ChildProcess : IDisposable
{
    private const int StackBytes = 128 * 1024;
    private readonly Descriptor pidfd;
    private readonly TaskCompletionSource<ExitStatus> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(int id, Descriptor pidfd)
    {
        Id = id;
        this.pidfd = pidfd;
        new Thread(Collect, StackBytes) { IsBackground = true, Name = "child" }.Start();
    }

    /// <summary>Its pid.</summary>
    public int Id { get; }

    /// <summary>Completes when it has ended.</summary>
    public Task<ExitStatus> Exited => exited.Task;

    /// <summary>Starts the program.</summary>
    public static ChildProcess Start(ProgramStart start)
    {
        var pid = Spawner.Start(start);
        var fd = Libc.pidfd_open(pid, 0);
        return fd >= 0 ? new(pid, new(fd)) : throw LinuxException.Last($"watch process {pid}");
    }

    /// <summary>Starts, waits and returns standard output and error together with the status. Output beyond 16 MiB is an error.</summary>
    public static (ExitStatus Status, string Output) Run(params ReadOnlySpan<string> arguments)
    {
        using var output = DescriptorIo.MemoryFile("output", []);
        using var child = Start(new() { Arguments = arguments.ToArray(), Output = output.Number, Error = output.Number });
        var status = child.Exited.GetAwaiter().GetResult();
        return (status, ReadAll(output.Number));
    }

    private static string ReadAll(int file)
    {
        const int OutputMax = 16 << 20;
        var length = DescriptorIo.Length(file);
        if (length > OutputMax)
            throw new LinuxException("read a program's output", Errno.EMSGSIZE);
        DescriptorIo.Rewind(file);
        var bytes = new byte[length];
        var at = 0;
        while (at < bytes.Length && DescriptorIo.Read(file, bytes.AsSpan(at)) is > 0 and var got)
            at += got;
        return System.Text.Encoding.UTF8.GetString(bytes, 0, at);
    }

    /// <summary>Sends a signal to it, or to its whole process group (it leads one). False when it has ended.</summary>
    public bool Signal(int signal, bool group = false)
    {
        if (Exited.IsCompleted && !group)
            return false;
        if ((group ? Libc.kill(-Id, signal) : Libc.pidfd_send_signal(pidfd.Number, signal, null, 0)) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Errno.ESRCH ? false : throw LinuxException.Last($"send signal {signal} to process {Id}");
    }

    private void Collect()
    {
        Libc.WaitResult seen = default;
        while (Libc.waitid(Libc.P_PID, Id, &seen, Libc.WEXITED) < 0)
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                exited.SetException(LinuxException.Last($"wait for process {Id}"));
                return;
            }
        exited.SetResult(Reaper.StatusOf(seen));
    }

    /// <summary>Kills it when it still runs and waits for its end.</summary>
    public void Dispose()
    {
        if (!Exited.IsCompleted)
            Signal(Signals.Kill);
        Exited.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        pidfd.Dispose();
    }
}

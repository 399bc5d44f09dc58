using System.Runtime.InteropServices;

namespace G8os.Linux.Processes;

/// <summary>
/// The exits of all children as records in a pipe, for a poll loop: written by one thread that looks, tells, and reaps then, so that a process that
/// becomes another program in between loses none (at worst one is told again, after its zombie was seen twice). Others may tell numbers below -1.
/// </summary>
public sealed class ExitPipe
{
    private const int Failed = -1, RecordSize = 8, NoChildrenWaitMs = 100;
    private readonly object started = new();

    /// <summary>A new pipe.</summary>
    public ExitPipe() => (Read, Write) = DescriptorIo.Pipe();

    /// <summary>The pipe of the program that was here before.</summary>
    public ExitPipe(Descriptor read, Descriptor write) => (Read, Write) = (read, write);

    /// <summary>To poll, and to hand on.</summary>
    public Descriptor Read { get; }

    /// <summary>To hand on.</summary>
    public Descriptor Write { get; }

    /// <summary>Starts the thread. It lives as long as the process.</summary>
    public void Start() => new Thread(Reap) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>Says that there is a child again.</summary>
    public void ChildStarted()
    {
        lock (started)
            Monitor.Pulse(started);
    }

    private void Reap()
    {
        try
        {
            while (true)
                if (Reaper.Look(out var pid, out var status))
                {
                    Tell(pid, status.Wait);
                    Reaper.Reap(pid);
                }
                else
                    lock (started)
                        Monitor.Wait(started, NoChildrenWaitMs);    // not for ever: a process that entered our namespace can leave us an orphan
        }
        catch (LinuxException failure)
        {
            Tell(Failed, failure.Errno);
        }
    }

    /// <summary>Writes a record; writes of up to 4 KiB into a pipe are whole. Blocks while 8192 wait.</summary>
    public void Tell(int what, int status)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        MemoryMarshal.Write(record, what);
        MemoryMarshal.Write(record[4..], status);
        DescriptorIo.WriteAll(Write.Number, record);
    }

    /// <summary>The next record: a pid and its status in the encoding of wait(2), or a number below -1. False when none waits.</summary>
    /// <exception cref="LinuxException">The thread failed: no exits come any more.</exception>
    public bool Next(out int what, out int status)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        var whole = DescriptorIo.Read(Read.Number, record) == RecordSize;
        (what, status) = whole ? (MemoryMarshal.Read<int>(record), MemoryMarshal.Read<int>(record[4..])) : (0, 0);
        return what == Failed ? throw new LinuxException("reap children", status) : whole;
    }
}

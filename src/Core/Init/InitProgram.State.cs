using G8os.Linux;
using G8os.Linux.Processes;

namespace G8os.Core.Init;

/// <summary>How init becomes itself anew (a failure, a new version) with all it owns, and how it ends.</summary>
internal sealed partial class InitProgram
{
    private const int StateMax = 1 << 20, TermMs = 10_000, KillMs = 2000, StopTickMs = 50;
    // Reserved from the start: when memory is short there must be room to leave. Never touched otherwise, so it costs nothing.
    private readonly byte[] state = GC.AllocateUninitializedArray<byte>(StateMax, pinned: true);
    private long stopKillMs;
    private bool killed, ended, restartMachine;

    /// <summary>What the next image takes over, beside the held ones, in this order.</summary>
    private int[] Pipes => [server.Listener.Number, exits.Read.Number, exits.Write.Number, outputRead.Number, outputWrite.Number];

    private bool Stopping => stopKillMs != 0;

    /// <summary>Writes the state to a file in memory and becomes the program anew; returns only when that fails, with the reason.</summary>
    private Fault Reexec()
    {
        if (Stopping)
            return new(ESHUTDOWN, "the node is shutting down");
        var to = new MessageWriter(state);
        foreach (var number in Pipes)
            to.I32(number);
        to.I64(children.LastSerial);
        to.I64(children.LastExit);
        to.I32(held.Count);
        for (var i = 0; i < held.Count; i++)
        {
            to.Text(held[i].Name);
            to.I32(held[i].Number);
        }
        to.I32(children.All.Count);
        for (var i = 0; i < children.All.Count; i++)
            InitMessage.Write(ref to, children.All[i]);
        to.Bytes(key is null ? [] : key.Span);
        if (to.Full)
            return new(ENOSPC, "the state does not fit");
        try
        {
            using var file = DescriptorIo.MemoryFile("g8os-init", to.Written);
            Keep(true);
            DescriptorIo.Inherit(file.Number, true);
            Spawner.Become([self, "init", "--state", $"{file.Number}"], ProgramStart.PlainEnvironment);
            return default;     // not reached: Become returns only by throwing
        }
        catch (LinuxException failure)
        {
            Keep(false);
            return new(failure.Errno, failure.Message);
        }
        finally
        {
            state.AsSpan(0, to.Length).Clear();     // it holds the key
        }
    }

    private void Restore(int file)
    {
        var bytes = DescriptorIo.TakeMemoryFile(file, state);
        var from = new MessageReader(bytes);
        Serve(new(from.I32()));
        exits = new(new(from.I32()), new(from.I32()));
        (outputRead, outputWrite) = (new(from.I32()), new(from.I32()));
        (children.LastSerial, children.LastExit) = (from.I64(), from.I64());
        for (var left = from.I32(); left > 0; left--)
        {
            var (name, number) = (from.Text(InitMessage.NameMax), from.I32());
            held.Put(name, ref number);
        }
        for (var left = from.I32(); left > 0; left--)
            children.Restore(InitMessage.ReadChild(ref from));
        var secret = from.Bytes(InitMessage.KeyMax);
        if (!secret.IsEmpty)
            key = new(secret);
        if (!from.Whole)
            throw new InvalidOperationException("internal error: init's state of before is not whole");
        Keep(false);
        bytes.Clear();      // it held the key
        Say("became anew");
    }

    /// <summary>Lets what we own live through exec, or not.</summary>
    private void Keep(bool keep)
    {
        foreach (var number in Pipes)
            DescriptorIo.Inherit(number, keep);
        held.Inherit(keep);
    }

    private void BeginShutdown(bool restart)
    {
        if (Stopping)
            return;
        Say(restart ? "restarting" : "shutting down");
        restartMachine = restart;
        stopKillMs = Environment.TickCount64 + TermMs;
        SignalEverything(Signals.Terminate);
    }

    /// <summary>Ends when no child is left, kills what is left after 10 s, and ends anyway 2 s later.</summary>
    private void Shut(long now)
    {
        if (!Stopping)
            return;
        if (!killed && now >= stopKillMs)
        {
            killed = true;
            SignalEverything(Signals.Kill);
        }
        ended = !Reaper.HasChild() || now >= stopKillMs + KillMs;
    }

    private void SignalEverything(int signal)
    {
        if (Signals.SendToAll(signal) < 0)      // we are not pid 1, or nobody is left
            children.SignalAll(signal);
    }

    private int Finish()
    {
        Machine.Sync();
        if (Machine.IsOurs)
            Machine.Stop(restartMachine);
        return 0;
    }
}

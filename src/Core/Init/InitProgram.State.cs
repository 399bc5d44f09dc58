using System.Globalization;
using G8os.Linux;
using G8os.Linux.Processes;

namespace G8os.Core.Init;

/// <summary>How init becomes itself anew (a failure, a new version) with all it owns, and how it ends.</summary>
internal sealed partial class InitProgram
{
    private const int StateMax = 1 << 20, TermMs = 10_000, KillMs = 2000, StopTickMs = 50;
    // Reserved from the start: when memory is short there must be room to leave. Never touched otherwise, so it costs nothing.
    private readonly byte[] state = GC.AllocateUninitializedArray<byte>(StateMax, pinned: true);
    private long stopStepMs, stopKillMs;
    private bool killed, restartMachine;

    private bool Stopping => stopKillMs != 0;
    private bool Ended { get; set; }

    /// <summary>Writes the state to a file in memory and becomes the program anew; returns only when that fails, with the reason.</summary>
    private Fault Reexec()
    {
        if (Stopping)
            return new(ESHUTDOWN, "the node is shutting down");
        var to = new MessageWriter(state);
        to.I32(listener.Number);
        to.I32(newsRead.Number);
        to.I32(newsWrite.Number);
        to.I32(outputRead.Number);
        to.I32(outputWrite.Number);
        to.I32(coreDelayMs);
        to.I64(coreDueMs);
        to.I64(children.LastSerial);
        to.I64(children.LastExit);
        to.I32(held.Count);
        foreach (var (name, number) in held)
        {
            to.Text(name);
            to.I32(number);
        }
        to.I32(children.Count);
        for (var i = 0; i < children.Count; i++)
            InitMessage.Write(ref to, children[i]);
        to.Bytes(key is null ? [] : key.Span);
        if (to.Full)
            return new(ENOSPC, "the state does not fit");
        try
        {
            using var file = DescriptorIo.MemoryFile("g8os-init", to.Written);
            Keep(true);
            DescriptorIo.Inherit(file.Number, true);
            Spawner.Become([self, "init", "--state", file.Number.ToString(CultureInfo.InvariantCulture)], DefaultEnvironment);
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
        var length = DescriptorIo.Length(file);
        DescriptorIo.Rewind(file);
        var bytes = state.AsSpan(0, (int)Math.Clamp(length, 0, StateMax));
        DescriptorIo.Read(file, bytes);
        var from = new MessageReader(bytes);
        (listener, newsRead, newsWrite) = (new(from.I32()), new(from.I32()), new(from.I32()));
        (outputRead, outputWrite) = (new(from.I32()), new(from.I32()));
        (coreDelayMs, coreDueMs) = (from.I32(), from.I64());
        (children.LastSerial, children.LastExit) = (from.I64(), from.I64());
        for (var left = from.I32(); left > 0; left--)
            held.Add(from.Text(InitMessage.NameMax), from.I32());
        for (var left = from.I32(); left > 0; left--)
            children.Restore(InitMessage.ReadChild(ref from));
        var secret = from.Bytes(InitMessage.KeyMax);
        if (!secret.IsEmpty)
            key = new(secret);
        if (!from.Whole)
            throw new InvalidOperationException("internal error: init's state of before is not whole");
        Keep(false);
        bytes.Clear();
        DescriptorIo.Rewind(file);
        DescriptorIo.WriteAll(file, bytes);     // zeroes, over the key
        DescriptorIo.Close(file);
        Say("became anew");
    }

    /// <summary>Lets what we own live through exec, or not.</summary>
    private void Keep(bool keep)
    {
        foreach (var number in (ReadOnlySpan<int>)[listener.Number, newsRead.Number, newsWrite.Number, outputRead.Number, outputWrite.Number])
            DescriptorIo.Inherit(number, keep);
        foreach (var (_, number) in held)
            DescriptorIo.Inherit(number, keep);
    }

    private void BeginShutdown(bool restart)
    {
        if (Stopping)
            return;
        Say(restart ? "restarting" : "shutting down");
        restartMachine = restart;
        stopStepMs = Environment.TickCount64;
        stopKillMs = stopStepMs + TermMs;
        SignalEverything(Signals.Terminate);
    }

    /// <summary>Ends when no child is left, kills what is left after 10 s, and ends anyway 2 s later.</summary>
    private void Shut(long now)
    {
        if (!Stopping || now < stopStepMs)
            return;
        stopStepMs = now + StopTickMs;
        if (!killed && now >= stopKillMs)
        {
            killed = true;
            SignalEverything(Signals.Kill);
        }
        Ended = !Reaper.HasChild() || now >= stopKillMs + KillMs;
    }

    private void SignalEverything(int signal)
    {
        children.SignalAll(signal);
        if (Environment.ProcessId == 1)
            Signals.SendToAll(signal);
    }

    private int Finish()
    {
        Machine.Sync();
        if (Environment.ProcessId == 1 && Machine.InitialNamespace)
            Machine.Stop(restartMachine);
        return 0;
    }
}

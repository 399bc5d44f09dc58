using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using G8os.Linux;
using G8os.Linux.Files;
using G8os.Linux.Processes;
using G8os.Linux.Secrets;
using G8os.Linux.Sockets;

namespace G8os.Core.Init;

/// <summary>
/// <c>g8os-core init</c>: pid 1. It owns children, their ends, held descriptors and the disk key, keeps the core running, and does nothing else.
/// One loop in poll(2); one thread in waitid(2); no async, no LINQ. Whatever goes wrong it becomes itself anew with everything it owns.
/// </summary>
internal sealed partial class InitProgram : IDisposable
{
    private const string Home = "/run/g8os", SocketPath = Home + "/init.sock", CoreName = "core";
    private const int RecordSize = 8, RecordsAtOnceMax = 512, ReaperFailed = -1, TerminateAsked = -2;
    private const int RestartFirstMs = 100, RestartMaxMs = 5000, HealthyMs = 10_000, NoChildrenWaitMs = 100, AfterFailureMs = 1000,
        LogMax = 4 << 20, OutputRoom = 64 * 1024;
    private static readonly string[] DefaultEnvironment =
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=linux"];

    private readonly string self = Environment.ProcessPath is { } path && File.Exists(path) ? path : "/proc/self/exe";
    private readonly InitChildren children = new();
    private readonly AutoResetEvent started = new(false);
    private readonly byte[] records = new byte[RecordSize * RecordsAtOnceMax];
    private Descriptor listener = null!, newsRead = null!, newsWrite = null!, outputRead = null!, outputWrite = null!;
    private readonly BoundedLog log = new(Home + "/log/core.log", LogMax);
    private readonly byte[] output = new byte[OutputRoom];
    private SecretBuffer? key;
    private long coreDueMs;
    private int coreDelayMs = RestartFirstMs;
    private bool oomProtected;

    /// <summary>Runs until shutdown. <c>--state N</c> is the descriptor a previous image of ours left its state in.</summary>
    public static int Run(string[] arguments)
    {
        using var init = new InitProgram();
        if (arguments is ["--state", var number])
            init.Restore(int.Parse(number, CultureInfo.InvariantCulture));
        else
            init.Begin();
        init.oomProtected = Machine.ShieldFromOom(true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            init.Tell(TerminateAsked, 0);
        });
        new Thread(init.Reap) { IsBackground = true, Name = "reaper" }.Start();
        while (!init.Ended)
            try
            {
                init.Turn();
            }
            catch (Exception failure)
            {
                init.Say($"internal error, starting anew: {failure}");
                Thread.Sleep(AfterFailureMs);   // a failure that comes back must not spin
                init.Say(init.Reexec().Reason);
            }
        return init.Finish();
    }

    private void Begin()
    {
        DescriptorIo.CloseFrom(3);
        DescriptorIo.OpenStandard();
        EarlyMounts.Make();
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Home, Private);
        Directory.CreateDirectory(Home + "/log", Private);
        Directory.SetCurrentDirectory("/");
        if (Environment.ProcessId != 1)
            Machine.BecomeSubreaper();
        (newsRead, newsWrite) = DescriptorIo.Pipe();
        (outputRead, outputWrite) = DescriptorIo.Pipe();
        listener = UnixSocket.Listen(SocketPath, UnixKind.Messages, 0x180, ConnectionsMax);
    }

    /// <summary>One round: wait, then serve whatever is ready.</summary>
    private void Turn()
    {
        var now = Environment.TickCount64;
        if (!Stopping && children.Find(CoreName) is null && now >= coreDueMs)
            StartCore(now);
        Span<Watched> watched = stackalloc Watched[3 + ConnectionsMax];
        watched[0] = new() { Descriptor = newsRead.Number, Events = Watched.Readable };
        watched[1] = new() { Descriptor = outputRead.Number, Events = Watched.Readable };
        watched[2] = new() { Descriptor = connections.Count < ConnectionsMax ? listener.Number : -1, Events = Watched.Readable };
        var served = connections.Count;
        for (var i = 0; i < served; i++)
            watched[3 + i] = connections[i].Watch;
        DescriptorIo.Wait(watched[..(3 + served)], Timeout(now));
        if (watched[0].Returned != 0)
            ReadNews();
        if (watched[1].Returned != 0)
            MoveOutput();
        for (var i = served - 1; i >= 0; i--)
            if (watched[3 + i].Returned != 0)
                Serve(connections[i], watched[3 + i].Returned);
        if (watched[2].Returned != 0)
            Accept();
        PushExits();
        Shut(Environment.TickCount64);
    }

    private int Timeout(long now)
    {
        var due = Stopping ? stopStepMs : children.Find(CoreName) is null ? coreDueMs : long.MaxValue;
        return due == long.MaxValue ? -1 : (int)Math.Clamp(due - now, 0, RestartMaxMs);
    }

    private void StartCore(long now)
    {
        try
        {
            Start(CoreName, new() { Arguments = [self, "run"], Environment = DefaultEnvironment, Directory = "/", Output = outputWrite.Number, Error = outputWrite.Number });
        }
        catch (LinuxException failure)
        {
            Say(failure.Message);
            Delay(now);
        }
    }

    private void Delay(long now)
    {
        coreDueMs = now + coreDelayMs;
        coreDelayMs = Math.Min(coreDelayMs * 2, RestartMaxMs);
    }

    private InitChild Start(string name, ProgramStart program)
    {
        // A child inherits our protection from the OOM killer, which is ours alone: without it for the moment of the fork.
        if (oomProtected)
            Machine.ShieldFromOom(false);
        try
        {
            return children.Add(name, Spawner.Start(program), Environment.TickCount64);
        }
        finally
        {
            if (oomProtected)
                Machine.ShieldFromOom(true);
            started.Set();
        }
    }

    /// <summary>The reaper thread: tells first, reaps then, so that becoming anew in between loses no exit.</summary>
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
                    started.WaitOne(NoChildrenWaitMs);  // a process that entered our namespace can leave us an orphan at any time
        }
        catch (LinuxException)
        {
            Tell(ReaperFailed, 0);
        }
    }

    /// <summary>A record for the loop; writes of up to 4 KiB into a pipe are whole. Blocks while 8192 wait.</summary>
    private void Tell(int what, int status)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        MemoryMarshal.Write(record, what);
        MemoryMarshal.Write(record[4..], status);
        DescriptorIo.WriteAll(newsWrite.Number, record);
    }

    private void ReadNews()
    {
        var got = DescriptorIo.Read(newsRead.Number, records);
        for (var at = 0; at + RecordSize <= got; at += RecordSize)
        {
            var what = MemoryMarshal.Read<int>(records.AsSpan(at));
            if (what > 0)
                OnEnded(what, MemoryMarshal.Read<int>(records.AsSpan(at + 4)));
            else if (what == TerminateAsked)
                BeginShutdown(restart: false);
            else if (what == ReaperFailed)
                throw new InvalidOperationException("the reaper failed");
        }
    }

    /// <summary>The core writes by a pipe: with the file itself in hand it would go on writing into the one that was renamed.</summary>
    private void MoveOutput()
    {
        if (DescriptorIo.Read(outputRead.Number, output) is > 0 and var got)
            log.Append(output.AsSpan(0, got));
    }

    private void OnEnded(int pid, int status)
    {
        if (children.Ended(pid, status) is not { Name: CoreName } core)
            return;
        children.Remove(core);
        var now = Environment.TickCount64;
        if (now - core.StartedMs >= HealthyMs)
            coreDelayMs = RestartFirstMs;
        Say($"the core ended with {ExitStatus.FromWait(status)} after {now - core.StartedMs} ms" + (Stopping ? "" : $"; it starts again in {coreDelayMs} ms"));
        Delay(now);
    }

    /// <summary>To the core's log and the console; never through System.Console, which takes over signals and the terminal.</summary>
    private void Say(string line)
    {
        var bytes = Encoding.UTF8.GetBytes($"init: {line}\n");
        log.Append(bytes);
        DescriptorIo.WriteAll(2, bytes);
    }

    /// <summary>Zeroes the key. The reaper's event stays: that thread ends with the process.</summary>
    public void Dispose() => key?.Dispose();
}

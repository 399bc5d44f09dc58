using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using G8os.Linux;
using G8os.Linux.Files;
using G8os.Linux.Mounts;
using G8os.Linux.Processes;
using G8os.Linux.Secrets;
using G8os.Linux.Sockets;

namespace G8os.Core.Init;

/// <summary>
/// <c>g8os-core init</c>: pid 1. It owns children, their ends, held descriptors and the disk key, keeps the core running, and does nothing else.
/// One loop in poll(2), one thread in waitid(2), no async, no LINQ. Whatever goes wrong it becomes itself anew with everything it owns.
/// </summary>
internal sealed partial class InitProgram : IDisposable
{
    private const string Home = "/run/g8os", SocketPath = Home + "/init.sock", CoreName = "core";
    private const int TerminateAsked = -2, NewsAtOnceMax = 512, ConnectionsMax = 64, LogMax = 4 << 20, OutputRoom = 64 * 1024;
    private const int RestartFirstMs = 100, RestartMaxMs = 5000, HealthyMs = 1000, AfterFailureMs = 1000;

    private readonly string self = Environment.ProcessPath is { } path && File.Exists(path) ? path : "/proc/self/exe";
    private readonly InitChildren children = new();
    private readonly BoundedLog log = new(Home + "/log/core.log", LogMax);
    private readonly byte[] output = new byte[OutputRoom];
    private ExitPipe exits = null!;
    private MessageServer server = null!;
    private Descriptor outputRead = null!, outputWrite = null!;
    private SecretBuffer? key;
    private long coreDueMs;
    private int coreDelayMs = RestartFirstMs;

    /// <summary>Runs until shutdown. <c>--state N</c> is the descriptor that a previous image of ours left its state in.</summary>
    public static int Run(string[] arguments)
    {
        using var init = new InitProgram();
        if (arguments is ["--state", var number])
            init.Restore(int.Parse(number, CultureInfo.InvariantCulture));
        else
            init.Begin();
        Machine.ShieldFromOom();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            init.exits.Tell(TerminateAsked, 0);
        });
        init.exits.Start();
        while (!init.ended)
            try
            {
                init.Turn();
            }
            catch (Exception failure)
            {
                init.Say($"internal error, starting anew: {failure}");
                DescriptorIo.Wait([], AfterFailureMs);  // a failure that comes back must not spin
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
        exits = new();
        (outputRead, outputWrite) = DescriptorIo.Pipe();
        Serve(UnixSocket.Listen(SocketPath, UnixKind.Messages, 0x180, ConnectionsMax));
    }

    private void Serve(Descriptor listener) => server = new(listener, InitMessage.SizeMax, ConnectionsMax, Answer);

    /// <summary>One round: wait, then serve whatever is ready.</summary>
    private void Turn()
    {
        var now = Environment.TickCount64;
        if (!Stopping && children.Find(CoreName) is null && now >= coreDueMs)
            StartCore(now);
        Span<Watched> watched = stackalloc Watched[3 + ConnectionsMax];
        watched[0] = new() { Descriptor = exits.Read.Number, Events = Watched.Readable };
        watched[1] = new() { Descriptor = outputRead.Number, Events = Watched.Readable };
        watched = watched[..(2 + server.Watch(watched[2..]))];
        DescriptorIo.Wait(watched, Timeout(now));
        if (watched[0].Returned != 0)
            ReadNews();
        // By a pipe: with the file itself in hand the core would go on writing into the one that was renamed.
        if (watched[1].Returned != 0 && DescriptorIo.Read(outputRead.Number, output) is > 0 and var got)
            log.Append(output.AsSpan(0, got));
        server.Serve(watched[2..]);
        PushExits();
        Shut(Environment.TickCount64);
    }

    private int Timeout(long now) =>
        Stopping ? StopTickMs : children.Find(CoreName) is null ? (int)Math.Clamp(coreDueMs - now, 0, RestartMaxMs) : -1;

    private void StartCore(long now)
    {
        try
        {
            Start(CoreName, new() { Arguments = [self, "run"], Environment = ProgramStart.PlainEnvironment, Directory = "/", Output = outputWrite.Number, Error = outputWrite.Number });
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
        var child = children.Add(name, Spawner.Start(program), Environment.TickCount64);
        exits.ChildStarted();
        return child;
    }

    private void ReadNews()
    {
        for (var i = 0; i < NewsAtOnceMax && exits.Next(out var what, out var status); i++)
            if (what > 0)
                OnEnded(what, status);
            else if (what == TerminateAsked)
                BeginShutdown(restart: false);
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

    public void Dispose() => key?.Dispose();
}

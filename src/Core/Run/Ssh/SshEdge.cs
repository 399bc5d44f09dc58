using System.Net;
using System.Net.Sockets;
using G8os.Core.Init;
using G8os.Decisions;
using G8os.Decisions.Boot;

namespace G8os.Core.Run.Ssh;

/// <summary>Starts and watches OpenSSH's sshd; it belongs to init, so that sessions outlive the core.</summary>
internal sealed class SshEdge
{
    public const string Child = "sshd";
    private const string Program = "/usr/sbin/sshd";
    private const int Port = 22;
    private const int SignalHangup = 1;
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly Children children;
    private readonly Action<Func<long, Event>> post;
    private TaskCompletionSource<int>? starting;

    public SshEdge(Children children, Action<Func<long, Event>> post)
    {
        (this.children, this.post) = (children, post);
        children.Own(Child, OnEnded);
    }

    public bool Running => children.Runs(Child);

    public async Task<BootEvent> StartAsync()
    {
        if (!File.Exists(NodeFiles.SshdConfig))
            return Failed($"{NodeFiles.SshdConfig} is not there yet: it comes with the node's certificate");
        Directory.CreateDirectory("/run/sshd");
        if (await children.RunAsync(Request("", "-t"), CheckLimit) is var status && status != 0)
            return Failed($"sshd does not accept {NodeFiles.SshdConfig}: {LastLine()}");
        if (!Running)
        {
            starting = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            children.Start(Request(Child, "-D", "-e"));
        }
        return await AnswersAsync();
    }

    /// <summary>New users or keys: sshd reads its files again; sessions stay.</summary>
    public void Reload()
    {
        if (Running)
            children.Signal(Child, SignalHangup, group: false);
    }

    private static SpawnRequest Request(string name, params string[] options) => new()
    {
        Name = name,
        Argv = [Program, .. options, "-f", NodeFiles.SshdConfig],
        Stdout = Log,
        Stderr = Log,
    };

    private async Task<BootEvent> AnswersAsync()
    {
        using var stop = new CancellationTokenSource(StartLimit);
        while (!stop.IsCancellationRequested)
        {
            if (starting is { Task.IsCompleted: true } ended)
                return Failed($"sshd ended with {WaitStatus.Say(await ended.Task)}: {LastLine()}");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), stop.Token);
                starting = null;
                return new SshStarted { At = NodeClock.Monotonic };
            }
            catch (SocketException)
            {
                await Task.Delay(Look);
            }
        }
        return Failed("sshd runs but does not answer on port 22");
    }

    private void OnEnded(string name, int status)
    {
        children.Forget(name);
        if (starting is { } waiting)
            waiting.TrySetResult(status);
        else
            post(at => new SshStopped($"sshd ended with {WaitStatus.Say(status)}") { At = at });
    }

    private static WorkFailed Failed(string reason) => new(Work.Ssh, reason) { At = NodeClock.Monotonic };

    private static string LastLine() => File.Exists(Log) ? File.ReadLines(Log).LastOrDefault("no message") : "no message";

    private static string Log => $"{NodeFiles.Logs}/sshd.log";
}

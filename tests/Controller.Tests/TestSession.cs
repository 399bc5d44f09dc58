using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Channels;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Grid;
using G8os.Model.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Tests;

/// <summary>A node's session over mutual TLS; pings are answered, everything else is handed to the test.</summary>
internal sealed class TestSession : IAsyncDisposable
{
    private readonly GrpcChannel channel;
    private readonly AsyncDuplexStreamingCall<Proto.FromNode, Proto.FromController> call;
    private readonly Channel<Proto.FromController> received = Channel.CreateUnbounded<Proto.FromController>();
    private readonly SemaphoreSlim writing = new(1);
    private readonly Task reading;
    private Status? end;

    private TestSession(GrpcChannel channel, bool answerPings)
    {
        this.channel = channel;
        call = new Proto.NodeSession.NodeSessionClient(channel).Connect();
        reading = Read(answerPings);
    }

    /// <summary>Generation of the manifest that the hello names.</summary>
    public static async Task<TestSession> Open(ControllerProcess controller, TestNode node, long generation)
    {
        var session = new TestSession(Connect(controller, node.Certificate!, node), true);
        await session.Send(new Proto.FromNode { Hello = new Proto.Hello { Version = "test", Status = Status("managed"), Generation = generation } });
        session.Welcome = (await session.Next(message => message.Welcome is not null)).Welcome;
        return session;
    }

    /// <summary>The next manifest, judged as a node judges it.</summary>
    public async Task<NodeManifest> NextManifest(TestNode node)
    {
        var message = await Next(message => message.Manifest is not null);
        var verdict = ManifestJudge.Judge(message.Manifest.Document.Span, node.Grid, node.Id, 0);
        Xunit.Assert.True(verdict.Manifest is not null, verdict.Reason);
        return verdict.Manifest;
    }

    /// <summary>Says that it goes by a manifest and that all of it runs.</summary>
    public Task Report(NodeManifest manifest, AppState state = AppState.Running, bool ready = true, string reason = "") => Send(new Proto.FromNode
    {
        Applied = new Proto.Applied
        {
            Json = JsonSerializer.Serialize(new NodeApplied
            {
                Generation = manifest.Generation,
                Apps = manifest.Apps.Select(app => new AppStatus
                {
                    Name = app.Name, State = state, Ready = ready, Digest = AppDigest.Of(app), Sandbox = app.Sandbox, Since = 1_900_000_000_000, Memory = 1 << 20, Reason = reason,
                }).ToValues(),
            }, WireJson.Default.NodeApplied),
        },
    });

    public Proto.Welcome? Welcome { get; private set; }

    /// <summary>Opens a session; the controller is judged by the node's own rules.</summary>
    public static async Task<TestSession> Open(ControllerProcess controller, TestNode node, string phase = "managed", bool answerPings = true, X509Certificate2? certificate = null, params string[] jobs)
    {
        var session = new TestSession(Connect(controller, certificate ?? node.Certificate!, node), answerPings);
        await session.Send(new Proto.FromNode { Hello = new Proto.Hello { Version = "test", Status = Status(phase), Jobs = { jobs } } });
        session.Welcome = (await session.Next(message => message.Welcome is not null)).Welcome;
        return session;
    }

    /// <summary>Opens one that must be refused; the error.</summary>
    public static async Task<RpcException> Refused(ControllerProcess controller, TestNode node, X509Certificate2? certificate)
    {
        await using var session = new TestSession(Connect(controller, certificate, node), true);
        try
        {
            await session.Send(new Proto.FromNode { Hello = new Proto.Hello() });
        }
        catch (Exception fault) when (fault is RpcException or IOException)
        {
            // The refusal may come before the hello is written: how it ended is what the reader saw.
            await session.Ended();
        }
        try
        {
            await session.Next(message => message.Welcome is not null);
        }
        catch (RpcException fault)
        {
            return fault;
        }
        throw new InvalidOperationException("the session was opened");
    }

    public static Proto.Status Status(string phase, string waiting = "") =>
        new() { Phase = phase, Uplink = "eth1", Candidate = "dhcp", Address = "192.0.2.7/24", Waiting = waiting };

    public async Task Send(Proto.FromNode message)
    {
        await writing.WaitAsync();
        try
        {
            await call.RequestStream.WriteAsync(message);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>The next message of a kind; others before it are let go.</summary>
    public async Task<Proto.FromController> Next(Func<Proto.FromController, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(ControllerProcess.Patience);
        await foreach (var message in received.Reader.ReadAllAsync(deadline.Token))
        {
            if (wanted(message))
                return message;
        }
        throw new RpcException(end ?? Grpc.Core.Status.DefaultCancelled);
    }

    public Task<Proto.FromController> NextJob() => Next(message => message.RunJob is not null);

    /// <summary>Plays a whole job: accepted, output, result; returns when the result is committed.</summary>
    public async Task Play(string job, string output, string outcome = "ok", int exitCode = 0)
    {
        await Send(new Proto.FromNode { JobAccepted = new Proto.JobAccepted { Job = job } });
        await Send(new Proto.FromNode { JobOutput = new Proto.JobOutput { Job = job, Stream = 1, Data = Google.Protobuf.ByteString.CopyFromUtf8(output) } });
        await Send(Result(job, outcome, exitCode));
        await Next(message => message.ResultCommitted?.Job == job);
    }

    public static Proto.FromNode Result(string job, string outcome = "ok", int exitCode = 0) => new()
    {
        JobResult = new Proto.JobResult { Job = job, Outcome = outcome, ExitCode = exitCode, StartedUnixMs = 1_900_000_000_000, EndedUnixMs = 1_900_000_001_000 },
    };

    /// <summary>Waits until the controller ends the session; how.</summary>
    public async Task<Status> Ended()
    {
        await reading.WaitAsync(ControllerProcess.Patience);
        return end!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        call.Dispose();
        await reading;
        channel.Dispose();
        writing.Dispose();
    }

    private async Task Read(bool answerPings)
    {
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync())
            {
                if (message.Ping is { } ping && answerPings)
                    await Send(new Proto.FromNode { Pong = new Proto.Pong { Number = ping.Number } });
                received.Writer.TryWrite(message);
            }
            end = Grpc.Core.Status.DefaultSuccess;
        }
        catch (RpcException fault)
        {
            end = fault.Status;
        }
        received.Writer.TryComplete();
    }

    private static GrpcChannel Connect(ControllerProcess controller, X509Certificate2? certificate, TestNode node)
    {
        var issuing = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(node.Grid!.IssuingCertificate));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, given, _, _) =>
                    PeerCertificate.Judge(given as X509Certificate2, issuing, PeerKind.Controller, DateTimeOffset.UtcNow).Id == "ac1",
            },
        };
        return GrpcChannel.ForAddress($"https://127.0.0.1:{controller.Session}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using G8os.Core.Run.Network;
using G8os.Core.Run.Unlock;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Keys;
using G8os.Decisions.Network;
using G8os.Linux;
using G8os.Model.Session;
using Grpc.Core;
using Grpc.Net.Client;

namespace G8os.Core.Run.Session;

/// <summary>The mTLS session with a controller: one gRPC stream over the link and address that carried the probe.</summary>
internal sealed class SessionEdge(GridFile grid, NodeClock clock, Action<Func<long, Event>> post)
{
    private const int QueueMax = 256;
    private const int MessageMax = 1 << 20;
    /// <summary>The controller pings every 10 s; two missing pings and it is gone.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WelcomeLimit = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private Live? live;

    /// <summary>Says what the node is, for the first message.</summary>
    public required Func<Hello> Greet { get; init; }

    /// <summary>Everything the controller sends beyond pings.</summary>
    public required Action<FromController> Receive { get; init; }

    private sealed class Live(CancellationTokenSource stop)
    {
        public readonly CancellationTokenSource Stop = stop;
        public readonly Channel<FromNode> Queue = Channel.CreateBounded<FromNode>(QueueMax);
        public string Reason = "";
        public string? Refusal;
        public bool Opened;
    }

    public void Open(Uplink uplink)
    {
        lock (gate)
        {
            live?.Stop.Cancel();
            live = new Live(new CancellationTokenSource());
            _ = RunAsync(uplink, live);
        }
    }

    public void Close(string reason)
    {
        lock (gate)
        {
            if (live is null)
                return;
            live.Reason = reason;
            live.Stop.Cancel();
        }
    }

    /// <summary>Queues a message. False without a session or with a full queue: whoever must not lose it sends it again.</summary>
    public bool Send(FromNode message)
    {
        lock (gate)
            return live is not null && live.Queue.Writer.TryWrite(message);
    }

    private async Task RunAsync(Uplink uplink, Live mine)
    {
        string reason;
        try
        {
            using var certificate = PrivateKeys.Certificate() ?? throw new AuthenticationException("there is no certificate");
            using var handler = Handler(uplink, certificate, mine);
            using var channel = GrpcChannel.ForAddress(AddressOf(uplink), new GrpcChannelOptions
            {
                HttpHandler = handler,
                MaxReceiveMessageSize = MessageMax,
                MaxSendMessageSize = MessageMax,
            });
            await TalkAsync(channel, mine);
            reason = "the controller ended the session";
        }
        catch (Exception fault) when (fault is RpcException or IOException or HttpRequestException or AuthenticationException or OperationCanceledException or TimeoutException or LinuxException)
        {
            reason = Say(fault);
        }
        if (mine.Reason.Length > 0)
            reason = mine.Reason;
        Ended(mine, mine.Refusal ?? reason, mine.Refusal is not null);
    }

    private void Ended(Live mine, string reason, bool refused)
    {
        bool current;
        lock (gate)
        {
            current = live == mine;
            if (current)
                live = null;
        }
        mine.Queue.Writer.TryComplete();
        if (current)
            post(at => new SessionClosed(reason, refused) { At = at });
    }

    private string AddressOf(Uplink uplink) => $"https://{new Uri(uplink.Url).Host}:{grid.Known?.SessionPort ?? Model.Wire.Routes.SessionPort}";

    private SocketsHttpHandler Handler(Uplink uplink, X509Certificate2 certificate, Live mine)
    {
        var handler = ControllerHttp.Handler(uplink.Link, uplink.Address, uplink.Dns, Connect);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, peer, _, _) => IsController(peer, mine),
        };
        return handler;
    }

    /// <summary>By chain and controller id, never by host name or address; by our clock, not the machine's.</summary>
    private bool IsController(X509Certificate? peer, Live mine)
    {
        using var issuing = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(grid.Known!.IssuingCertificate));
        var verdict = PeerCertificate.Judge(peer as X509Certificate2, issuing, PeerKind.Controller, clock.Now);
        if (verdict.Id is null)
            mine.Reason = $"whoever answers on the session port is no controller of this grid: {verdict.Reason}";
        return verdict.Id is not null;
    }

    private async Task TalkAsync(GrpcChannel channel, Live mine)
    {
        using var call = new NodeSession.NodeSessionClient(channel).Connect(cancellationToken: mine.Stop.Token);
        await call.RequestStream.WriteAsync(new FromNode { Hello = Greet() });
        var writing = WriteAsync(call.RequestStream, mine);
        try
        {
            await ReadAsync(call.ResponseStream, mine);
        }
        catch (RpcException fault) when (!mine.Stop.IsCancellationRequested && fault.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            mine.Refusal = $"the controller refused our certificate: {fault.Status.Detail}";
        }
        finally
        {
            mine.Queue.Writer.TryComplete();
            await mine.Stop.CancelAsync();
            await writing;
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<FromController> answers, Live mine)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(mine.Stop.Token);
        silence.CancelAfter(WelcomeLimit);
        while (await NextAsync(answers, silence, mine))
        {
            silence.CancelAfter(SilenceMax);
            var message = answers.Current;
            switch (message.KindCase)
            {
                case FromController.KindOneofCase.Welcome:
                    mine.Opened = true;
                    Receive(message);
                    post(at => new SessionOpened(message.Welcome.Controller, message.Welcome.Name) { At = at });
                    break;
                case FromController.KindOneofCase.Ping:
                    Send(new FromNode { Pong = new Pong { Number = message.Ping.Number } });
                    Receive(message);
                    break;
                default:
                    Receive(message);
                    break;
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncStreamReader<FromController> answers, CancellationTokenSource silence, Live mine)
    {
        try
        {
            return await answers.MoveNext(silence.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } && silence.IsCancellationRequested && !mine.Stop.IsCancellationRequested)
        {
            throw new TimeoutException(mine.Opened ? "the controller's pings stopped" : "the controller did not greet us");
        }
    }

    private static async Task WriteAsync(IClientStreamWriter<FromNode> requests, Live mine)
    {
        try
        {
            await foreach (var message in mine.Queue.Reader.ReadAllAsync(mine.Stop.Token))
                await requests.WriteAsync(message, mine.Stop.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or RpcException or InvalidOperationException)
        {
            await mine.Stop.CancelAsync(); // the reader tells why
        }
    }

    private static string Say(Exception fault) => fault switch
    {
        RpcException { Status: { DebugException: { } inner } } => inner.GetBaseException().Message,
        RpcException rpc => rpc.Status.Detail,
        OperationCanceledException => "it was closed",
        _ => fault.GetBaseException().Message,
    };
}

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using G8os.Controller.Certificates;
using G8os.Decisions.Keys;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace G8os.Controller.Http;

/// <summary>The three ports of the controller, their limits and their TLS.</summary>
internal sealed class Ports(ControllerOptions options, ServerCertificate server, IssuingCa issuing)
{
    public const int MaxConnections = 30_000;
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>New node connections a second: a TLS handshake costs some 5 ms, a storm of them must not starve the pings of those who are there.</summary>
    public const int HandshakesPerSecond = 200;
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    private readonly Admission admission = new(HandshakesPerSecond);
    private ListenOptions? api, plain, session;

    /// <summary>Set once all three are open: a port that cannot be had is told in our own sentence.</summary>
    public bool Open { get; set; }

    public int Api => Port(api);
    public int Plain => Port(plain);
    public int Session => Port(session);

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = Jobs.JobLimits.MaxRequest;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeaderTime;
        kestrel.Limits.KeepAliveTimeout = IdleTime;
        Listen(kestrel, options.ApiPort, listen =>
        {
            api = listen;
            Tag(listen, Listener.Api, HttpProtocols.Http1AndHttp2);
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(ApiTls()), HandshakeTimeout = HandshakeTime });
        });
        Listen(kestrel, options.PlainPort, listen =>
        {
            plain = listen;
            Tag(listen, Listener.Plain, HttpProtocols.Http1);
        });
        Listen(kestrel, options.SessionPort, listen =>
        {
            session = listen;
            Tag(listen, Listener.Session, HttpProtocols.Http1AndHttp2);
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeTime,
                OnConnection = async hello =>
                {
                    await admission.Enter(hello.CancellationToken);
                    return SessionTls();
                },
            });
        });
    }

    private SslServerAuthenticationOptions ApiTls() => new()
    {
        ServerCertificateContext = server.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    // TLS keeps strangers out. A node of this grid whose certificate expired, or that was removed, comes through: the session says so to it.
    private SslServerAuthenticationOptions SessionTls()
    {
        var policy = PeerCertificate.Policy(issuing.Certificate, PeerKind.Node, ControllerClock.Now);
        policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return new()
        {
            ServerCertificateContext = server.Context,
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None && certificate is X509Certificate2 given && PeerCertificate.IdOf(given, PeerKind.Node) is not null,
        };
    }

    private void Listen(KestrelServerOptions kestrel, int port, Action<ListenOptions> configure)
    {
        if (options.Bind is { } address)
            kestrel.Listen(address, port, configure);
        else
            kestrel.ListenAnyIP(port, configure);
    }

    private static void Tag(ListenOptions listen, Listener listener, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            connection.Features.Set(listener);
            return next(connection);
        });
    }

    private static int Port(ListenOptions? listen) => (listen?.EndPoint as IPEndPoint)?.Port ?? 0;
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using G8os.Decisions.Keys;
using G8os.Model.Sandboxes;

namespace G8os.Fs.Tests;

/// <summary>How the server answers for an object.</summary>
internal enum Manner { Well, Corrupt, Truncated, TooLong, Trickling, Silent, Hurt, Redirecting }

/// <summary>A small real HTTPS server of objects, on a port of this machine, that can behave badly for single objects. It takes node certificates only.</summary>
internal sealed class ObjectServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2 certificate;
    private readonly ConcurrentBag<TcpClient> clients = [];

    internal ObjectServer(X509Certificate2 certificate)
    {
        this.certificate = certificate;
        listener.Start();
        _ = AcceptAsync();
    }

    internal ConcurrentDictionary<ObjectHash, byte[]> Objects { get; } = new();
    internal ConcurrentDictionary<ObjectHash, Manner> Manners { get; } = new();
    internal ConcurrentQueue<ObjectHash> Asked { get; } = new();
    /// <summary>Completed, answers wait for it.</summary>
    internal Task Gate { get; set; } = Task.CompletedTask;
    internal string Url => $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    internal ObjectHash Add(byte[] content, Manner manner = Manner.Well)
    {
        var hash = ObjectHash.Of(content);
        Objects[hash] = content;
        Manners[hash] = manner;
        return hash;
    }

    internal ObjectHash Add(string content, Manner manner = Manner.Well) => Add(Encoding.UTF8.GetBytes(content), manner);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                client.NoDelay = true;
                clients.Add(client);
                _ = TalkAsync(client);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, peer, _, _) => peer is X509Certificate2 node && PeerCertificate.IdOf(node, PeerKind.Node) is not null,
            }, stop.Token);
            using var reader = new StreamReader(tls, Encoding.ASCII);
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                    continue;
                if (!await AnswerAsync(tls, ObjectHash.Parse(line.Split(' ')[1].Split('/')[^1])))
                    return;
            }
        }
        catch (Exception ended) when (ended is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }

    /// <summary>False when the connection has to be closed.</summary>
    private async Task<bool> AnswerAsync(SslStream to, ObjectHash hash)
    {
        Asked.Enqueue(hash);
        await Gate.WaitAsync(stop.Token);
        if (!Objects.TryGetValue(hash, out var content))
            return await HeadAsync(to, "404 Not Found", 0);
        switch (Manners[hash])
        {
            case Manner.Hurt:
                return await HeadAsync(to, "500 Internal Server Error", 0);
            case Manner.Redirecting:
                return await HeadAsync(to, "302 Found\r\nLocation: /v1/objects/" + hash, 0);
            case Manner.Silent:
                await new TaskCompletionSource().Task.WaitAsync(stop.Token);
                return false;
            case Manner.Trickling:
                await HeadAsync(to, "200 OK", content.Length);
                using (var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
                    for (var at = 0; at < content.Length && await beat.WaitForNextTickAsync(stop.Token); at++)
                        await to.WriteAsync(content.AsMemory(at, 1), stop.Token);
                return true;
            case Manner.Truncated:
                await HeadAsync(to, "200 OK", content.Length);
                await to.WriteAsync(content.AsMemory(0, content.Length / 2), stop.Token);
                return false;
            case Manner.TooLong:
                await HeadAsync(to, "200 OK", content.Length + 1);
                await to.WriteAsync((byte[])[.. content, 0], stop.Token);
                return true;
            case Manner.Corrupt:
                await HeadAsync(to, "200 OK", content.Length);
                await to.WriteAsync((byte[])[(byte)(content[0] ^ 1), .. content[1..]], stop.Token);
                return true;
            default:
                await HeadAsync(to, "200 OK", content.Length);
                await to.WriteAsync(content, stop.Token);
                return true;
        }
    }

    private async Task<bool> HeadAsync(SslStream to, string status, int length)
    {
        await to.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n"), stop.Token);
        return true;
    }

    /// <summary>From now on nobody listens here, and whoever was connected is not any more.</summary>
    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        foreach (var client in clients)
            client.Dispose();
    }
}

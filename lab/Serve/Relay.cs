using System.Net;
using System.Net.Sockets;
using G8os.Linux;

namespace G8os.Lab.Serve;

/// <summary>
/// Carries TCP connections from 127.0.0.1 of this machine to the loopback address of a machine of the lab. Only the socket is made inside
/// the namespace: a socket stays where it was born, whoever connects it.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const int Backlog = 64;
    private const int BufferBytes = 64 * 1024;

    private readonly Socket listener;
    private readonly Func<Socket?> socketInside;
    private readonly int port;
    private readonly SemaphoreSlim free = new(LabLimits.RelayConnections);
    private readonly CancellationTokenSource stop = new();

    /// <param name="wanted">The port of 127.0.0.1 to listen on when it is free; 0 for any.</param>
    /// <param name="socketInside">Makes a TCP socket inside the namespace; null while the machine is off.</param>
    /// <param name="port">The port of the machine's own 127.0.0.1.</param>
    public Relay(int wanted, Func<Socket?> socketInside, int port)
    {
        (this.socketInside, this.port) = (socketInside, port);
        listener = Listen(wanted);
        _ = AcceptAsync();
    }

    /// <summary>The port of 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    private static Socket Listen(int wanted)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, wanted));
        }
        catch (SocketException e) when (wanted != 0 && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }
        socket.Listen(Backlog);
        return socket;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await free.WaitAsync(stop.Token);
                _ = CarryAsync(await listener.AcceptAsync(stop.Token));
            }
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            return;
        }
    }

    private async Task CarryAsync(Socket outside)
    {
        try
        {
            using (outside)
            using (var inside = await DialAsync())
            {
                if (inside is null)
                    return;
                outside.NoDelay = inside.NoDelay = true;
                var (into, back) = (CopyAsync(outside, inside), CopyAsync(inside, outside));
                await Task.WhenAny(into, back);
                await Task.WhenAll(into, back).WaitAsync(LabLimits.RelayHalfOpen);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or LinuxException or TimeoutException)
        {
            // One side broke off, or the machine went off: the other hears it at once.
            outside.Dispose();
        }
        finally
        {
            free.Release();
        }
    }

    private async Task<Socket?> DialAsync()
    {
        if (socketInside() is not { } socket)
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(LabLimits.RelayConnect);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Copies one direction to its end and passes the end on; the other direction stays open. A fault ends both.</summary>
    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, stop.Token)) > 0)
            {
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop.Token);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
    }
}

using System.Net.Sockets;
using System.Text.Json;

namespace G8os.Lab.Control;

/// <summary>A connection to a lab's supervisor. One question at a time.</summary>
public sealed class LabClient : IDisposable
{
    private readonly Socket socket;
    private readonly LabLines lines;

    private LabClient(Socket socket) => (this.socket, lines) = (socket, new(socket));

    /// <summary>Connects, or null when no supervisor listens there.</summary>
    public static async Task<LabClient?> TryConnectAsync(LabPaths paths, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.Control), cancel);
            return new(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(paths.Control))
        {
            // No file, or one that a killed supervisor left.
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="LabException">There is no such lab, or it does not run.</exception>
    public static async Task<LabClient> ConnectAsync(LabPaths paths, CancellationToken cancel) =>
        await TryConnectAsync(paths, cancel) ?? throw new LabException(
            !Environment.IsPrivilegedProcess ? $"cannot look for lab {paths.Name}: labs are root's; run this with sudo" : Directory.Exists(paths.Directory)
                ? $"cannot reach lab {paths.Name}: its supervisor is gone; g8os lab up starts it again, g8os lab down clears it away"
                : $"cannot find lab {paths.Name}: it is not up; g8os lab ls shows the labs of this machine", LabErrorKind.NotFound);

    /// <summary>Asks and waits for the answer.</summary>
    /// <exception cref="LabException">It was refused, or the supervisor went away.</exception>
    public async Task<LabReply> AskAsync(LabRequest request, CancellationToken cancel)
    {
        try
        {
            await lines.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(request, LabJson.Default.LabRequest), cancel);
            var line = await lines.ReadAsync(cancel) ?? throw new LabException("cannot ask the lab: its supervisor has left");
            var reply = JsonSerializer.Deserialize(line, LabJson.Default.LabReply) ?? throw new LabException("cannot ask the lab: it answered nothing");
            return reply.Error is { } error ? throw new LabException(error, reply.Kind) : reply;
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            throw new LabException($"cannot ask the lab: {e.Message}", cause: e);
        }
    }

    public async Task<LabStatus> StatusAsync(CancellationToken cancel) => (await AskAsync(new(LabVerb.Status), cancel)).Status!;

    public void Dispose() => socket.Dispose();
}

using System.Net.Sockets;
using System.Text;
using G8os.Model.Sandboxes;

namespace G8os.Core.Run.Sandboxes;

/// <summary>Asks g8os-fs to bring objects into the cache (see its AskServer); never by looking into its mount.</summary>
internal static class FsAsk
{
    /// <summary>Objects asked for at once; g8os-fs takes 64.</summary>
    private const int WindowMax = 32;
    /// <summary>After so many failures the rest is not asked for.</summary>
    private const int FailuresMax = 8;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(90);

    /// <summary>Null when all are in the cache now; else why not, of the first one that is missing.</summary>
    public static async Task<string?> GetAsync(IReadOnlyList<ObjectHash> objects)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{FsPlaces.State}/{FsPlaces.Socket}"));
            await using var stream = new NetworkStream(socket);
            using var answers = new StreamReader(stream, Encoding.UTF8);
            var (asked, failures) = (0, 0);
            string? first = null;
            for (var answered = 0; answered < asked || (asked < objects.Count && failures < FailuresMax); answered++)
            {
                for (; asked < objects.Count && asked - answered < WindowMax && failures < FailuresMax; asked++)
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{objects[asked]}\n"));
                var answer = await answers.ReadLineAsync().WaitAsync(AnswerLimit) ?? throw new IOException("it ended");
                if (answer.EndsWith(" ok", StringComparison.Ordinal))
                    continue;
                failures++;
                first ??= answer.Split(" no ", 2) is [var hash, var reason] ? $"object {hash}: {reason}" : answer;
            }
            return first;
        }
        catch (Exception fault) when (fault is SocketException or IOException or TimeoutException)
        {
            return $"g8os-fs did not answer: {fault.Message}";
        }
    }
}

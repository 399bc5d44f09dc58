using System.Net;
using System.Net.Sockets;
using G8os.Decisions.Sandboxes;
using G8os.Linux.Files;
using G8os.Model.Sandboxes;
using G8os.Store;
using G8os.Store.Objects;

namespace G8os.Fs.Fetch;

/// <summary>One try to get one object from one source. Only what hashes to its name is ever kept.</summary>
internal static class Download
{
    /// <summary>Bytes of an object at most.</summary>
    private const long ObjectMax = 64L << 30;
    /// <summary>So much has to come, or the end, in every <see cref="PaceWindow"/>: a source that trickles is left.</summary>
    private const int PaceBytes = 256 * 1024;
    private const int BufferLength = 128 * 1024;
    /// <summary>Room that stays free on the cache's disk: this, or a twentieth of a small one.</summary>
    private const long ReserveMax = 64 << 20;
    private const int ReserveShare = 20;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5), PaceWindow = TimeSpan.FromSeconds(5);

    /// <summary>Null when the object is in the store now.</summary>
    public static async Task<FetchAttempt?> RunAsync(Source source, ObjectHash hash, ObjectStore store)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        FetchAttempt Not(FetchFinding finding, string reason) => new(source.Name, finding, reason);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(source.Base, $"/v1/objects/{hash}"));
            using var answer = await source.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                return Not(Judge(answer.StatusCode), $"it answered {(int)answer.StatusCode}");
            var length = answer.Content.Headers.ContentLength;
            if (length > ObjectMax)
                return Not(FetchFinding.Damaged, $"it says the object has {length} bytes");
            if (Full(store.Root, length ?? 0) is { } full)
                return Not(FetchFinding.NoRoom, full);
            return await TakeAsync(answer, hash, store, limit) is var (finding, reason) ? Not(finding, reason) : null;
        }
        catch (OperationCanceledException)
        {
            return Not(FetchFinding.Unreachable, $"no answer within {AnswerLimit.TotalSeconds:F0} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or UnauthorizedAccessException or InvalidDataException)
        {
            return source.Stranger is { } stranger ? Not(FetchFinding.Refused, stranger) : Not(FetchFinding.Unreachable, fault.GetBaseException().Message);
        }
    }

    private static FetchFinding Judge(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => FetchFinding.Missing,
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => FetchFinding.Unreachable,
        _ => FetchFinding.Refused,
    };

    private static string? Full(string directory, long length)
    {
        Directory.CreateDirectory(directory);
        var space = DiskSpace.Of(directory);
        return space.Available - length < Math.Min(ReserveMax, space.Total / ReserveShare)
            ? $"the disk of {directory} is full: {space.Available >> 20} MiB are left and the object has {length >> 10} KiB" : null;
    }

    /// <summary>Reads, hashes and writes; what went wrong, or null.</summary>
    private static async Task<(FetchFinding, string)?> TakeAsync(HttpResponseMessage answer, ObjectHash hash, ObjectStore store, CancellationTokenSource limit)
    {
        await using var from = await answer.Content.ReadAsStreamAsync(limit.Token);
        if (Local(store.NewPart, out var part) is { } none)
            return none;
        using (part)
        {
            var buffer = new byte[BufferLength];
            limit.CancelAfter(PaceWindow);
            for (long windowStart = 0; ;)
            {
                int got;
                try
                {
                    got = await from.ReadAsync(buffer, limit.Token);
                }
                catch (OperationCanceledException)
                {
                    return (FetchFinding.Unreachable, $"less than {PaceBytes >> 10} KiB came within {PaceWindow.TotalSeconds:F0} s, after {part!.Length} bytes");
                }
                catch (Exception fault) when (fault is IOException or HttpRequestException)
                {
                    return (FetchFinding.Damaged, $"the answer ended after {part!.Length} bytes: {fault.GetBaseException().Message}");
                }
                if (got == 0)
                    return Local(() => Become(part!, hash), out var wrong) ?? wrong;
                if (part!.Length + got > ObjectMax)
                    return (FetchFinding.Damaged, $"it does not end after {ObjectMax >> 30} GiB");
                if (Local(() => Written(part, buffer.AsMemory(0, got)), out _) is { } fault2)
                    return fault2;
                if (part.Length - windowStart >= PaceBytes)
                {
                    windowStart = part.Length;
                    limit.CancelAfter(PaceWindow);
                }
            }
        }
    }

    private static (FetchFinding, string)? Become(ObjectPart part, ObjectHash hash)
    {
        try
        {
            part.Become(hash);
            return null;
        }
        catch (StoreException)
        {
            return (FetchFinding.Damaged, $"what came ({part.Length} bytes) is not the object: it hashes to {part.Hash}");
        }
    }

    private static bool Written(ObjectPart part, ReadOnlyMemory<byte> bytes)
    {
        part.Write(bytes.Span);
        return true;
    }

    /// <summary>Does something on the node's own disk, whose failures are no source's.</summary>
    private static (FetchFinding, string)? Local<T>(Func<T> work, out T? made)
    {
        made = default;
        try
        {
            made = work();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (FetchFinding.NoRoom, fault.Message);
        }
    }
}

using System.Globalization;
using G8os.Controller.Http;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store;
using G8os.Store.Objects;
using Microsoft.AspNetCore.Http.Features;

namespace G8os.Controller.Sandboxes;

/// <summary>Objects over HTTP: immutable, by hash, whole or a range of them (RFC 9110, 14).</summary>
internal sealed class ObjectRoutes(ObjectStore objects)
{
    private const int Piece = 64 * 1024;
    private const string Immutable = "public, max-age=31536000, immutable";

    public async Task Get(HttpContext context)
    {
        var hash = HashOf(context);
        await using var file = objects.Open(hash) ?? throw new ApiFault(404, "no-object", $"cannot find object {hash}: it is not in the store", "push the sandbox that has it");
        var (response, length) = (context.Response, file.Length);
        var tag = $"\"{hash}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = Immutable;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "application/octet-stream";
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            response.StatusCode = 304;
            return;
        }
        var (from, count) = Range(context.Request, tag, length);
        if (count < 0)
        {
            response.Headers.ContentRange = $"bytes */{length}";
            throw new ApiFault(416, "range", $"cannot send that range of object {hash}: it has {length} bytes", "ask for bytes=FROM-TO");
        }
        if (count != length)
        {
            response.StatusCode = 206;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + count - 1}/{length}");
        }
        response.ContentLength = count;
        if (!HttpMethods.IsHead(context.Request.Method))
            await Send(context, file, from, count);
    }

    public async Task Put(HttpContext context)
    {
        var hash = HashOf(context);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = SandboxLimits.MaxObject;
        try
        {
            await objects.PutAsync(hash, context.Request.Body, SandboxLimits.MaxObject, context.RequestAborted);
        }
        catch (StoreException fault)
        {
            throw new ApiFault(400, "not-the-object", fault.Message, "send it again");
        }
        catch (BadHttpRequestException)
        {
            throw;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ApiFault(507, "storage", $"cannot store object {hash}: {fault.Message.TrimEnd('.')}", "free space on the controller's disk, g8os sandbox gc may help, then push again");
        }
        context.Response.StatusCode = 204;
    }

    /// <summary>Those that are here are kept for the push that asks: it will not send them.</summary>
    public async Task Missing(HttpContext context)
    {
        if (await Json.Read(context, WireJson.Default.ValuesObjectHash, SandboxLimits.MaxQuestion) is not { } asked)
            return;
        if (asked.Count > SandboxLimits.MaxAsked)
            throw new ApiFault(400, "too-many", $"cannot look for {asked.Count} objects: at most {SandboxLimits.MaxAsked} are looked for at once", "ask in parts");
        await Json.Write(context, asked.Where(hash => !objects.Touch(hash)).ToValues(), WireJson.Default.ValuesObjectHash);
    }

    private static async Task Send(HttpContext context, FileStream file, long from, long count)
    {
        var writer = context.Response.BodyWriter;
        while (count > 0)
        {
            var memory = writer.GetMemory(Piece);
            var read = await RandomAccess.ReadAsync(file.SafeFileHandle, memory[..(int)Math.Min(memory.Length, count)], from, context.RequestAborted);
            if (read == 0)
                throw new IOException($"cannot read {file.Name}: it ended too early");
            writer.Advance(read);
            (from, count) = (from + read, count - read);
            if ((await writer.FlushAsync(context.RequestAborted)).IsCompleted)
                return;
        }
    }

    /// <summary>What to send; a count below 0 when the range is outside. Several ranges, or one that is no range, are answered with the whole, as RFC 9110 lets us.</summary>
    private static (long From, long Count) Range(HttpRequest request, string tag, long length)
    {
        var header = request.GetTypedHeaders();
        if (header.Range is not { Ranges.Count: 1 } range || range.Unit != "bytes" || header.IfRange is { EntityTag: var expected } && expected?.Tag != tag)
            return (0, length);
        var (from, to) = range.Ranges.Single() switch
        {
            { From: { } first, To: var last } => (first, Math.Min(last ?? long.MaxValue, length - 1)),
            { To: { } suffix } => (Math.Max(0, length - suffix), suffix == 0 ? -1 : length - 1),
            _ => (0, length - 1),
        };
        return from < length && from <= to ? (from, to - from + 1) : (0, -1);
    }

    private static ObjectHash HashOf(HttpContext context) =>
        ObjectHash.TryParse((string?)context.Request.RouteValues["hash"], out var hash)
            ? hash
            : throw new ApiFault(400, "bad-hash", $"cannot find an object by that: expected {ObjectHash.TextLength} lower-case hexadecimal digits", "see g8os sandbox show");
}

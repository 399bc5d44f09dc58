using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace G8os.Controller.Http;

/// <summary>Server-sent events (html.spec.whatwg.org, 9.2): one JSON value an event, a comment every 15 s so that dead readers are noticed.</summary>
internal sealed class EventStream<T>(HttpContext context, JsonTypeInfo<T> type)
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Sends the headers.</summary>
    public Task Start()
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public async Task Send(T value)
    {
        byte[] text = [.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(value, type), .. "\n\n"u8];
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public async Task Beat()
    {
        await context.Response.Body.WriteAsync(": waiting\n\n"u8.ToArray(), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}

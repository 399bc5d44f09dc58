using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Model.Wire;

namespace G8os.Controller.Http;

/// <summary>Bodies in and out.</summary>
internal static class Json
{
    /// <summary>The whole body, or null when it is longer than the limit.</summary>
    public static async Task<byte[]?> ReadAll(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
            return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[4096];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit)
                return null;
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    /// <summary>The value, or null when the bytes are not its JSON.</summary>
    public static T? Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads an operator's body; a body that is not one is answered 400 and null is returned.</summary>
    public static async Task<T?> Read<T>(HttpContext context, JsonTypeInfo<T> type, int limit)
        where T : class
    {
        var body = await ReadAll(context, limit);
        if (body is null)
            await Problem(context, 413, "too-large", $"cannot read the request: it is longer than {limit} bytes", "send less");
        else if (Parse(body, type) is { } value)
            return value;
        else
            await Problem(context, 400, "bad-request", $"cannot read the request: it is not the JSON of a {typeof(T).Name}", "see /openapi/v1.json");
        return null;
    }

    public static Task Write<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = 200)
    {
        context.Response.StatusCode = status;
        return Bytes(context, JsonSerializer.SerializeToUtf8Bytes(value, type));
    }

    public static Task Bytes(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task Problem(HttpContext context, int status, string code, string message, string remedy = "")
    {
        if (!context.Request.Path.StartsWithSegments(Routes.Git, StringComparison.Ordinal))
            return Write(context, new Problem(code, message, remedy), WireJson.Default.Problem, status);
        // Git shows what it is told beside an error only when it is plain text.
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{message}{(remedy.Length > 0 ? "; " : "")}{remedy}\n", context.RequestAborted);
    }
}

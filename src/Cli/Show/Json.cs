using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace G8os.Cli.Show;

/// <summary>--json: the wire records as they are, in camelCase.</summary>
internal static class Json
{
    public static string Pretty<T>(T value, JsonTypeInfo<T> type) => Write(value, type, indented: true);

    /// <summary>On one line, for streams.</summary>
    public static string Line<T>(T value, JsonTypeInfo<T> type) => Write(value, type, indented: false);

    private static string Write<T>(T value, JsonTypeInfo<T> type, bool indented)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, value, type);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}

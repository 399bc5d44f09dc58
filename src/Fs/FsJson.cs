using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Linux.Fuse;

namespace G8os.Fs;

/// <summary>JSON of this program's own small files.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FuseSession))]
internal sealed partial class FsJson : JsonSerializerContext;

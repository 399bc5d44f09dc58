using System.Text.Json;
using System.Text.Json.Serialization;

namespace G8os.Decisions.Apps;

/// <summary>JSON of a service's life, for the next core.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AppLife))]
public sealed partial class AppJson : JsonSerializerContext;

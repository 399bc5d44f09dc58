using System.Text.Json;
using System.Text.Json.Serialization;

namespace G8os.Controller.Jobs;

/// <summary>A target as one insert for all of them takes it.</summary>
internal sealed record TargetSeed(string NodeId, string Name, string State);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TargetSeed[]))]
internal sealed partial class JobJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Cli.Verbs;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Cli;

/// <summary>The JSON of what only the command line itself knows.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Values<ContextView>))]
[JsonSerializable(typeof(Values<Finding>))]
[JsonSerializable(typeof(Values<ConfigError>))]
internal sealed partial class CliJson : JsonSerializerContext;

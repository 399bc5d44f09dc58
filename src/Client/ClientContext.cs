using System.Text.Json.Serialization;

namespace G8os.Client;

/// <summary>One grid as this operator reaches it. It holds a token: it is kept in a file only its owner can read.</summary>
public sealed record ClientContext
{
    public required string Name { get; init; }
    /// <summary>Base URL of a controller, e.g. https://192.0.2.1:8443.</summary>
    public required string Url { get; init; }
    /// <summary>The pin of the grid's root: <c>sha256:</c> + 64 hex digits.</summary>
    public required string Pin { get; init; }
    /// <summary>The issuing CA of the grid document that was verified from the pin: DER, base64.</summary>
    public required string IssuingCertificate { get; init; }
    /// <summary>The version of that grid document; a lower one is not taken again.</summary>
    public int GridVersion { get; init; }
    public required string Token { get; init; }
    /// <summary>Node name → HOST:PORT of its ssh, where it is not reached by its own address (a lab's relays).</summary>
    public SortedDictionary<string, string> Reach { get; init; } = [];

    /// <summary>Without the token: a context may be named in a message.</summary>
    public override string ToString() => $"{Name} ({Url})";
}

/// <summary>All contexts of one operator and the one in use.</summary>
public sealed record ContextFile
{
    public string? Active { get; init; }
    public List<ClientContext> Contexts { get; init; } = [];

    public ClientContext? Find(string name) => Contexts.Find(c => c.Name == name);

    /// <summary>This file with <paramref name="context"/> added or replaced, and in use.</summary>
    public ContextFile With(ClientContext context) => new()
    {
        Active = context.Name,
        Contexts = [.. Contexts.Where(c => c.Name != context.Name).Append(context).OrderBy(c => c.Name, StringComparer.Ordinal)],
    };

    /// <summary>This file without the context; the first of the others is in use when it was.</summary>
    public ContextFile Without(string name)
    {
        List<ClientContext> rest = [.. Contexts.Where(c => c.Name != name)];
        return new() { Contexts = rest, Active = Active == name ? rest.FirstOrDefault()?.Name : Active };
    }
}

/// <summary>The JSON of contexts.json.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ContextFile))]
public sealed partial class ContextJson : JsonSerializerContext;

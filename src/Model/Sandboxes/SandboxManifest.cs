using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Model.Wire;

namespace G8os.Model.Sandboxes;

/// <summary>
/// What a publisher signs of a sandbox, over <c>"g8os sandbox\n"</c> + payload in a <see cref="SignedDocument"/>: its name and the hash of its EROFS image,
/// which in turn names every object. The image is an object too. It holds no time: the same tree gives the same bytes.
/// </summary>
public sealed record SandboxManifest
{
    /// <summary>The most bytes of its JSON.</summary>
    public const int MaxBytes = 64 * 1024;
    /// <summary>The file of a built sandbox that holds it.</summary>
    public const string FileName = "sandbox.json";
    /// <summary>The file of a built sandbox that holds the image.</summary>
    public const string ImageName = "image.erofs";
    /// <summary>The directory of a built sandbox that holds its objects, laid out as <see cref="ObjectHash.Path"/>.</summary>
    public const string ObjectsName = "objects";

    public required string Name { get; init; }
    public required string Version { get; init; }
    /// <summary>The EROFS image.</summary>
    public required ObjectHash Image { get; init; }
    /// <summary>Bytes of the image.</summary>
    public required long ImageSize { get; init; }
    /// <summary>Names in the tree, its root among them.</summary>
    public required int Entries { get; init; }
    /// <summary>Regular files; a hard link is no second one.</summary>
    public required int Files { get; init; }
    /// <summary>Different contents that are not empty: how many objects it takes.</summary>
    public required int Objects { get; init; }
    /// <summary>Bytes of those objects.</summary>
    public required long Bytes { get; init; }
    /// <summary>Directories of the tree for PATH, in order: <c>bin</c>, <c>usr/bin</c>.</summary>
    public Values<string> Path { get; set; } = [];

    [JsonIgnore]
    public SandboxRef Ref => new(Name, Version);

    /// <summary>The manifest that a JSON text is, or null. Its names and sizes follow the rules.</summary>
    public static SandboxManifest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.Length <= MaxBytes && JsonSerializer.Deserialize(json, WireJson.Default.SandboxManifest) is { IsWhole: true } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsWhole =>
        SandboxRef.IsName(Name)
        && SandboxRef.IsVersion(Version)
        && ImageSize > 0
        && Entries > 0
        && Files >= 0 && Files <= Entries
        && Objects >= 0 && Objects <= Files
        && Bytes >= 0
        && Path.All(IsPath);

    /// <summary>True for a directory of the tree as <see cref="Path"/> has it: relative, with no way out, and fit for $PATH.</summary>
    public static bool IsPath(string? directory) =>
        directory is { Length: > 0 } && directory[0] != '/' && !directory.Any(c => char.IsControl(c) || c == ':') && !directory.Split('/').Contains("..");
}

using System.Text.Json.Serialization;

namespace G8os.Model.Sandboxes;

/// <summary>
/// What a publisher signs of a sandbox, over <c>"g8os sandbox\n"</c> + payload in a <see cref="Wire.SignedDocument"/>: its name and the hash of its EROFS image,
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
}

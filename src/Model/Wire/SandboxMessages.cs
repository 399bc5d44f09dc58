using G8os.Model.Sandboxes;

namespace G8os.Model.Wire;

/// <summary>A version of a sandbox in the controller's store. The shape of <c>g8os sandbox ls --json</c>.</summary>
public sealed record SandboxView
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    /// <summary>SHA-256 of its EROFS image, which is an object too.</summary>
    public required ObjectHash Image { get; init; }
    /// <summary>Bytes of the image.</summary>
    public required long ImageSize { get; init; }
    /// <summary>Names in its tree.</summary>
    public required int Entries { get; init; }
    public required int Files { get; init; }
    public required int Objects { get; init; }
    /// <summary>Bytes of its objects.</summary>
    public required long Bytes { get; init; }
    /// <summary>Directories of it for PATH.</summary>
    public Values<string> Path { get; set; } = [];
    /// <summary>The operator who pushed it.</summary>
    public required string By { get; init; }
    public required DateTimeOffset Pushed { get; init; }
    /// <summary>Id of the key that signed it.</summary>
    public required string Publisher { get; init; }
    /// <summary>The signed manifest; only where one sandbox is asked for.</summary>
    public SignedDocument? Signed { get; init; }
}

/// <summary>What a clean-up of the store removed.</summary>
/// <param name="Objects">How many.</param>
/// <param name="Bytes">How much.</param>
/// <param name="Kept">Objects that no sandbox has and that are too young to go: somebody may be pushing.</param>
public sealed record GcResult(int Objects, long Bytes, int Kept);

using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Decisions.Sandboxes;

/// <summary>A sandbox whose manifest was judged good.</summary>
/// <param name="Ref">Its name and version.</param>
/// <param name="Image">Its EROFS image.</param>
/// <param name="ImageSize">Bytes of the image.</param>
/// <param name="Tool">Seen at /sandbox/NAME.</param>
/// <param name="Pinned">Complete before it is seen as an app's root.</param>
public sealed record SandboxSpec(SandboxRef Ref, ObjectHash Image, long ImageSize, bool Tool, bool Pinned)
{
    /// <summary>What its overlays are called in the mount table: they tell what they show and over which connection to g8os-fs.</summary>
    /// <param name="device">Device number of the mount of g8os-fs.</param>
    public string Source(string device) => $"g8os:{Ref}:{Image}:{device}";
}

/// <summary>What a node shall have, judged: those that may be mounted, and those that may not, with the reason.</summary>
public sealed record SandboxesSpec
{
    public Values<SandboxSpec> Sandboxes { get; init; } = [];
    /// <summary>By NAME@VERSION as it was wanted.</summary>
    public Table<string> Refused { get; init; } = [];

    /// <summary>
    /// Judges what is wanted. Nothing is believed before grid.json is known; a name that is no name, a manifest that no publisher signed and a second
    /// tool of one name are refused, each alone.
    /// </summary>
    public static SandboxesSpec Judge(IEnumerable<SandboxWanted> wanted, GridDocument? grid)
    {
        var spec = new SandboxesSpec();
        foreach (var one in wanted)
            spec = spec.Add(one, grid);
        return spec;
    }

    private SandboxesSpec Add(SandboxWanted one, GridDocument? grid)
    {
        if (!SandboxRef.TryParse(one.Sandbox, out var sandbox))
            return Refuse(one, "its name is none: expected NAME@VERSION");
        if (grid is null)
            return Refuse(one, "grid.json is not known yet, so nobody's signature can be judged");
        if (Sandboxes.Any(other => other.Ref == sandbox))
            return Refuse(one, "it is wanted twice");
        if (one.Tool && Sandboxes.FirstOrDefault(other => other.Tool && other.Ref.Name == sandbox.Name) is { } other)
            return Refuse(one, $"{SandboxPlaces.Tool(sandbox.Name)} shows {other.Ref} already");
        return SandboxJudge.Judge(one.Manifest, sandbox, grid) switch
        {
            SandboxAccepted { Manifest: var manifest } => this with { Sandboxes = Sandboxes.With(new(sandbox, manifest.Image, manifest.ImageSize, one.Tool, one.Pinned)) },
            SandboxRefused refused => Refuse(one, refused.Reason),
            var verdict => throw new System.Diagnostics.UnreachableException($"internal error: a verdict {verdict.GetType().Name}"),
        };
    }

    private SandboxesSpec Refuse(SandboxWanted one, string reason) => this with { Refused = Refused.With(one.Sandbox, reason) };
}

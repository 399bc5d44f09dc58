using G8os.Model.Apps;
using G8os.Model.Wire;

namespace G8os.Model.Grid;

/// <summary>
/// All that a node shall run: one document, signed by grid.json's node-manifest key over <c>"g8os node manifest\n"</c> + payload, kept on the
/// node's disk outside the private files, so that its apps come up without a controller. The generation only grows: a node refuses a lower one,
/// and one of another node. It holds no secret. At most 512 KiB.
/// </summary>
public sealed record NodeManifest
{
    public const int MaxBytes = 512 * 1024;

    /// <summary>Id of the node it is for.</summary>
    public required string Node { get; init; }
    /// <summary>The node's name in the repository; empty while no commit names it.</summary>
    public required string Name { get; init; }
    public required long Generation { get; init; }
    /// <summary>The commit of the AYS repository it was compiled from.</summary>
    public required string Commit { get; init; }
    /// <summary>Every sandbox the node mounts or its apps run out of.</summary>
    public Values<SandboxAssignment> Sandboxes { get; set; } = [];
    public Values<AppSpec> Apps { get; set; } = [];
}

/// <summary>A sandbox of a node.</summary>
/// <param name="Sandbox">NAME@VERSION.</param>
/// <param name="Manifest">The sandbox's own signed manifest (see Model/Sandboxes): the node judges it before it mounts.</param>
/// <param name="Tool">Mounted at /sandbox/NAME, lazily filled; false: only for apps, complete before one starts.</param>
public sealed record SandboxAssignment(string Sandbox, SignedDocument Manifest, bool Tool);

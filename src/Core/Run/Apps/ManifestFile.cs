using G8os.Core.Run.Network;
using G8os.Decisions.Keys;
using G8os.Model.Grid;

namespace G8os.Core.Run.Apps;

/// <summary>The signed document of what this node runs: judged when it comes and when it is read again; only one that passed is written.</summary>
internal sealed class ManifestFile(GridFile grid, string node)
{
    private const uint OwnerOnly = 0x180;

    /// <summary>What the node goes by; null without one.</summary>
    public NodeManifest? Known { get; private set; }

    public long Generation => Known?.Generation ?? 0;

    /// <summary>Reads the one on the disk; why not, when there is one that is not believed.</summary>
    public string Load()
    {
        if (!File.Exists(NodeFiles.Manifest))
            return "";
        var verdict = ManifestJudge.Judge(File.ReadAllBytes(NodeFiles.Manifest), grid.Known, node, 0);
        Known = verdict.Manifest;
        return Known is null ? $"cannot go by {NodeFiles.Manifest}: {verdict.Reason}; what runs goes on until a controller sends another" : "";
    }

    /// <summary>Takes what a controller sent: true when the node goes by another one now; else why not, empty when it is the same.</summary>
    public bool Take(ReadOnlySpan<byte> document, out string reason)
    {
        var verdict = ManifestJudge.Judge(document, grid.Known, node, Generation);
        reason = verdict.Manifest is null ? $"cannot go by the manifest the controller sent: {verdict.Reason}" : "";
        if (verdict.Manifest is not { } manifest || manifest == Known)
            return false;
        StateDisk.Keep(NodeFiles.Manifest, document, OwnerOnly); // with a full disk the node goes by it all the same, until its next start
        Known = manifest;
        return true;
    }
}

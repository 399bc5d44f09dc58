using System.Text;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Core.Run.Network;

/// <summary>The highest version of grid.json this node has seen. It is kept outside the private files and never goes back.</summary>
internal sealed class GridFile
{
    private readonly Lock gate = new();
    private readonly string? pin;
    private GridDocument? known;

    public GridFile(string? pin)
    {
        this.pin = pin;
        if (pin is not null && File.Exists(NodeFiles.Grid) && Load() is { } document)
            known = GridChain.Read(document);
    }

    public GridDocument? Known
    {
        get
        {
            lock (gate)
                return known;
        }
    }

    /// <summary>Follows the chain through what a controller offered; the reason when it is refused.</summary>
    public string? Offer(Values<SignedDocument> offered)
    {
        if (pin is null)
            return "net.toml has no trust pin, so no controller can prove itself: add trust = \"sha256:…\" to [controllers]";
        lock (gate)
        {
            switch (GridChain.Follow(pin, known, [.. offered]))
            {
                case GridRefused refused:
                    return refused.Reason;
                case GridAccepted { Signed: { } signed } accepted:
                    StateDisk.Keep(NodeFiles.Grid, JsonSerializer.SerializeToUtf8Bytes(signed, WireJson.Default.SignedDocument), 0x1A4);
                    known = accepted.Grid;
                    break;
            }
            return null;
        }
    }

    /// <summary>A file of another grid (the pin was changed) or a damaged one counts as none: the chain begins at the pin again.</summary>
    private static SignedDocument? Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(NodeFiles.Grid, Encoding.UTF8), WireJson.Default.SignedDocument);
        }
        catch (JsonException)
        {
            CoreLog.Write($"{NodeFiles.Grid} is damaged; grid.json is read again from the pin");
            return null;
        }
    }
}

namespace G8os.Model.Sandboxes;

/// <summary>
/// Where g8os-fs fetches objects: /run/g8os/fs.json, written by the core whenever it changes and read again by g8os-fs when its time of change is
/// another one. It holds no secret, only where the node's key lies.
/// </summary>
public sealed record FsSettings
{
    /// <summary>Base URLs of controllers' session ports, https and with addresses for hosts, in the order they are tried.</summary>
    public required Values<string> Endpoints { get; init; }
    /// <summary>The node's own address that connections leave from; empty for the kernel's choice.</summary>
    public string Source { get; set; } = "";
    /// <summary>The link they leave by; empty for the kernel's choice.</summary>
    public string Link { get; set; } = "";
    /// <summary>File with the node's certificate, DER.</summary>
    public required string Certificate { get; init; }
    /// <summary>File with its private key, PEM.</summary>
    public required string Key { get; init; }
    /// <summary>The CA a controller's certificate must chain to: DER, base64.</summary>
    public required string Authority { get; init; }
    /// <summary>Ids of the grid's controllers; a certificate that names another one is a stranger's.</summary>
    public required Values<string> Controllers { get; init; }
    /// <summary>Seconds that the node's clock is ahead of the machine's: certificates are judged by it.</summary>
    public double ClockOffset { get; set; }
    /// <summary>Another number when the certificate in the file is another one.</summary>
    public long Edition { get; set; }
}

/// <summary>Where g8os-fs and the core meet.</summary>
public static class FsPlaces
{
    /// <summary>The core's word to g8os-fs, a <see cref="FsSettings"/>.</summary>
    public const string Settings = "/run/g8os/fs.json";
    /// <summary>What a server of objects leaves to the next one of the same mount; gone with the boot.</summary>
    public const string State = "/run/g8os/fs";
    /// <summary>Below the state: rewritten every second with the machine's monotonic milliseconds, for as long as requests are answered.</summary>
    public const string Beat = "beat";
    /// <summary>Below the state: where the core asks for objects.</summary>
    public const string Socket = "ask.sock";
    /// <summary>The node's cache.</summary>
    public const string Objects = "/var/lib/g8os/objects";
    /// <summary>Where objects that are not in the cache are seen. g8os-fs itself never looks here.</summary>
    public const string Mount = "/run/g8os/objects";
}

using System.Net;
using G8os.Model.Wire;

namespace G8os.Controller;

/// <summary>What the command line asked for.</summary>
internal sealed record ControllerOptions
{
    public const string DefaultData = "/var/lib/g8os-controller";
    public const string DefaultName = "ac1";
    public const string DefaultGrid = "grid";

    public string Data { get; init; } = DefaultData;
    /// <summary>This controller's id; null takes the one the data directory has, or ac1.</summary>
    public string? Name { get; init; }
    /// <summary>The grid's name, chosen at the first start; null takes the one the data directory has, or "grid".</summary>
    public string? Grid { get; init; }
    /// <summary>The address to listen on; null is any.</summary>
    public IPAddress? Bind { get; init; }
    public int ApiPort { get; init; } = Routes.ApiPort;
    public int PlainPort { get; init; } = Routes.PlainPort;
    public int SessionPort { get; init; } = Routes.SessionPort;
    public IReadOnlyList<string> Sans { get; init; } = [];
    public IReadOnlyList<string> SshKeys { get; init; } = [];
    /// <summary>The repository that the AYS repository follows; null keeps one of its own.</summary>
    public Git.Upstream? AysRepo { get; init; }
}

namespace G8os.Model.Network;

/// <summary>What a net.toml says (seed: /etc/g8os/net.toml). Made by <see cref="NetToml"/>, which guarantees what the comments here promise.</summary>
public sealed record NetConfig
{
    public required ControllersConfig Controllers { get; init; }
    public FallbackConfig Fallback { get; init; } = new();
    /// <summary>Sorted by name; names are unique over all kinds.</summary>
    public Values<LinkConfig> Links { get; init; } = [];
}

/// <summary>The [controllers] table.</summary>
public sealed record ControllersConfig
{
    /// <summary>"sha256:" + 64 lower-case hex digits of the grid root's SubjectPublicKeyInfo; null for a generic stick.</summary>
    public string? Trust { get; init; }
    /// <summary>At least one absolute http or https URL; http only with a pin. Tried in this order, 250 ms apart.</summary>
    public required Values<string> Urls { get; init; }
}

/// <summary>The [fallback] table: which of the seed's steps 2 and 3 are allowed.</summary>
public sealed record FallbackConfig
{
    public bool Dhcp { get; init; } = true;
    public bool Rescue { get; init; } = true;
    /// <summary>Kernel names or link names never touched.</summary>
    public Values<string> Exclude { get; init; } = [];
}

/// <summary>Where a link's addresses come from: net.toml, a DHCP server, router advertisements (RFC 4862), or nowhere, and then the link is never touched.</summary>
public enum LinkMode { Static, Dhcp, Slaac, None }

/// <summary>One [link.NAME] table.</summary>
public sealed record LinkConfig
{
    public required string Name { get; init; }
    public required LinkMatch Match { get; init; }
    public required LinkMode Mode { get; init; }
    /// <summary>ADDRESS/PREFIX, IPv4 or IPv6; at least one in static mode, none otherwise.</summary>
    public Values<string> Addresses { get; init; } = [];
    public string? Gateway { get; init; }
    public Values<string> Dns { get; init; } = [];
    /// <summary>68 to 65,535 bytes; null leaves the driver's.</summary>
    public int? Mtu { get; init; }
    public Values<RouteConfig> Routes { get; init; } = [];
}

/// <summary>Which hardware a link table means: exactly one of these is set; patterns may hold * and ?.</summary>
public sealed record LinkMatch
{
    /// <summary>Lower-case, colon-separated.</summary>
    public string? Mac { get; init; }
    public string? Path { get; init; }
    public string? Driver { get; init; }
    public string? Name { get; init; }
}

/// <summary>One of a link's routes: <c>{ to = "198.51.100.0/24", via = "192.0.2.254", metric = 200 }</c>.</summary>
public sealed record RouteConfig(string To, string? Via, int Metric);

/// <summary>One fault in a file: where, what was found, what was expected.</summary>
public sealed record ConfigError(string File, int Line, int Column, string Message)
{
    /// <summary><c>net.toml:4:7: unknown key "adresses" in [link.lan0]; did you mean "addresses"?</c></summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>The outcome of reading a net.toml: a configuration, or at least one error.</summary>
public sealed record NetTomlResult(NetConfig? Config, Values<ConfigError> Errors);

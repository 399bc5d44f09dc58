using G8os.Model;

namespace G8os.Decisions.Network;

/// <summary>What the kernel's links should look like. Only links in it are ever touched.</summary>
public sealed record NetSpec
{
    /// <summary>By kernel name.</summary>
    public Table<LinkSpec> Links { get; init; } = [];
    public Values<RouteSpec> Routes { get; init; } = [];
    public Values<RuleSpec> Rules { get; init; } = [];
}

/// <summary>A link that is up, with these addresses.</summary>
public sealed record LinkSpec
{
    public required int Index { get; init; }
    /// <summary>null leaves it as it is.</summary>
    public int? Mtu { get; init; }
    /// <summary>ADDRESS/PREFIX.</summary>
    public Values<string> Addresses { get; init; } = [];
}

/// <summary>A route of ours. <see cref="To"/> is ADDRESS/PREFIX; "0.0.0.0/0" and "::/0" are the default routes.</summary>
public sealed record RouteSpec
{
    public required int Table { get; init; }
    public required int Metric { get; init; }
    public required int Link { get; init; }
    public required string To { get; init; }
    public string? Via { get; init; }
    /// <summary>Preferred source address.</summary>
    public string? Source { get; init; }
}

/// <summary>"from ADDRESS lookup TABLE".</summary>
public readonly record struct RuleSpec(string From, int Table, int Priority);

/// <summary>What the kernel has of ours: addresses, routes and rules that carry our protocol number, and links as they are.</summary>
public sealed record NetStatus
{
    public Table<LinkStatus> Links { get; init; } = [];
    /// <summary>Link index and ADDRESS/PREFIX.</summary>
    public Values<LinkAddress> Addresses { get; init; } = [];
    public Values<RouteSpec> Routes { get; init; } = [];
    public Values<RuleSpec> Rules { get; init; } = [];
}

/// <summary>An address on a link, by index.</summary>
public readonly record struct LinkAddress(int Link, string Address);

/// <summary>One netlink request.</summary>
public abstract record NetChange;

/// <summary>Set a link up.</summary>
public sealed record BringUp(int Link) : NetChange;
/// <summary>Set a link's MTU, in bytes.</summary>
public sealed record SetMtu(int Link, int Mtu) : NetChange;
/// <summary>Add ADDRESS/PREFIX to a link.</summary>
public sealed record AddAddress(int Link, string Address) : NetChange;
/// <summary>Take ADDRESS/PREFIX from a link.</summary>
public sealed record RemoveAddress(int Link, string Address) : NetChange;
/// <summary>Add a route.</summary>
public sealed record AddRoute(RouteSpec Route) : NetChange;
/// <summary>Remove a route.</summary>
public sealed record RemoveRoute(RouteSpec Route) : NetChange;
/// <summary>Add a rule.</summary>
public sealed record AddRule(RuleSpec Rule) : NetChange;
/// <summary>Remove a rule.</summary>
public sealed record RemoveRule(RuleSpec Rule) : NetChange;

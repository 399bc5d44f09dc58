namespace G8os.Linux.Netlink;

/// <summary>Something that the kernel told about its network.</summary>
public abstract record NetlinkEvent;

/// <summary>A link is new or changed.</summary>
public sealed record LinkChanged(LinkEntry Link) : NetlinkEvent;

/// <summary>A link is gone from this namespace.</summary>
public sealed record LinkRemoved(LinkEntry Link) : NetlinkEvent;

/// <summary>An address is new or changed (a tentative one became usable).</summary>
public sealed record AddressChanged(AddressEntry Address) : NetlinkEvent;

/// <summary>An address is gone.</summary>
public sealed record AddressRemoved(AddressEntry Address) : NetlinkEvent;

/// <summary>A route is new or changed.</summary>
public sealed record RouteChanged(RouteEntry Route) : NetlinkEvent;

/// <summary>A route is gone.</summary>
public sealed record RouteRemoved(RouteEntry Route) : NetlinkEvent;

/// <summary>A rule is new.</summary>
public sealed record RuleChanged(RuleEntry Rule) : NetlinkEvent;

/// <summary>A rule is gone.</summary>
public sealed record RuleRemoved(RuleEntry Rule) : NetlinkEvent;

/// <summary>The whole picture: the first event of a monitor, and again whenever events were lost. It replaces everything known before.</summary>
public sealed record NetworkSeen(IReadOnlyList<LinkEntry> Links, IReadOnlyList<AddressEntry> Addresses, IReadOnlyList<RouteEntry> Routes) : NetlinkEvent;

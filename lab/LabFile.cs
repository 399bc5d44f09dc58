using G8os.Model;
using G8os.Model.Network;

namespace G8os.Lab;

/// <summary>What a lab file says: a drawn site. Made by <see cref="Parse"/>, which guarantees what the comments here promise.</summary>
public sealed partial record LabFile
{
    /// <summary>A longer file is not read, in characters.</summary>
    public const int MaxLength = 256 * 1024;
    public const int MaxSegments = 64;
    public const int MaxControllers = 16;
    public const int MaxNodes = 200;
    /// <summary>Links of one node or controller: eth0 to eth7.</summary>
    public const int MaxLinks = 8;
    public const int MaxNameLength = 32;
    /// <summary>Published ports of one node.</summary>
    public const int MaxPublish = 16;
    public const string DefaultName = "default";

    /// <summary>The lab's name: [a-z0-9-], 1 to 32 characters.</summary>
    public string Name { get; init; } = DefaultName;
    public Values<LabSegment> Segments { get; init; } = [];
    public Values<LabController> Controllers { get; init; } = [];
    /// <summary>In the file's order. Names are unique over segments, controllers and nodes together.</summary>
    public Values<LabNode> Nodes { get; init; } = [];

    /// <summary>True for 1 to 32 of a-z, 0-9 and -, neither first nor last a -.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name[0] != '-' && name[^1] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

/// <summary>A wire: one bridge in a network namespace of its own.</summary>
/// <param name="Name">[a-z0-9-], 1 to 32 characters.</param>
/// <param name="Subnet">IPv4, /8 to /30; null for a bare wire.</param>
/// <param name="Dhcp">The server on it; null for none. Only with a subnet.</param>
public sealed record LabSegment(string Name, Subnet? Subnet, LabDhcp? Dhcp);

/// <summary>A DHCP server: <c>{ range = "50-99", lease = "2m", router = "10.77.1.1" }</c>.</summary>
/// <param name="First">First host number of the range, counted from the subnet's first address.</param>
/// <param name="Last">Last host number of the range.</param>
/// <param name="LeaseSeconds">At least 120: dnsmasq gives no shorter leases.</param>
/// <param name="Router">The router told to clients; null tells none.</param>
public sealed record LabDhcp(uint First, uint Last, int LeaseSeconds, string? Router);

/// <summary>A controller and its links, eth0 first.</summary>
public sealed record LabController(string Name, Values<LabAddress> On);

/// <summary>A controller's address on a segment, IPv4 or IPv6.</summary>
public sealed record LabAddress(string Segment, IpPrefix Address);

/// <summary>A node.</summary>
/// <param name="Name">[a-z0-9-], 1 to 32 characters.</param>
/// <param name="On">The segments of eth0, eth1, …</param>
/// <param name="Net">Its net.toml, relative to the lab file; null for a generated one.</param>
/// <param name="Join">True puts a join token on its medium.</param>
/// <param name="Labels">Its labels, which come with the token; only with <paramref name="Join"/>.</param>
/// <param name="Publish">TCP ports of its apps that 127.0.0.1 of this machine leads to.</param>
public sealed record LabNode(string Name, Values<string> On, string? Net, bool Join, Table<string> Labels, Values<int> Publish);

/// <summary>The outcome of reading a lab file: a lab, or at least one error.</summary>
public sealed record LabFileResult(LabFile? File, Values<ConfigError> Errors);

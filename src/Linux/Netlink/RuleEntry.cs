using System.Net;
using System.Net.Sockets;

namespace G8os.Linux.Netlink;

/// <summary>A routing rule "from PREFIX lookup TABLE" (RTM_NEWRULE, linux/fib_rules.h).</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="From">Source prefix; null means every source.</param>
/// <param name="Table">Table to look in.</param>
/// <param name="Priority">Lower is asked first; the kernel's own are 0 (local), 32766 (main), 32767 (default).</param>
/// <param name="Protocol">Who set it (RTPROT_*).</param>
/// <param name="HasMore">It also has conditions or actions that are not shown here; never ours.</param>
public sealed record RuleEntry(AddressFamily Family, IPNetwork? From, uint Table, uint Priority, byte Protocol = 4, bool HasMore = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"from {From?.ToString() ?? "all"} table {Table} priority {Priority}";
}

using System.Runtime.InteropServices;

namespace G8os.Linux.Netlink;

/// <summary>The kernel refused a netlink request; the reason carries its extended acknowledgement when it gave one (linux/netlink.h, NLMSGERR_ATTR_MSG).</summary>
public sealed class NetlinkException(string action, int errno, string? extended = null)
    : LinuxException(action, errno, string.IsNullOrEmpty(extended) ? null : $"{Marshal.GetPInvokeErrorMessage(errno)} ({extended})")
{
    /// <summary>The kernel's own words, if any.</summary>
    public string? Extended { get; } = extended;
}

namespace G8os.Linux.Netlink;

/// <summary>Numbers of linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, fib_rules.h, veth.h, spelled as there.</summary>
internal static class NetlinkConstants
{
    internal const int NETLINK_ROUTE = 0, SOL_NETLINK = 270, NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11, NETLINK_GET_STRICT_CHK = 12;
    internal const int NLMSG_HDRLEN = 16, NLA_HDRLEN = 4;
    internal const ushort NLMSG_NOOP = 1, NLMSG_ERROR = 2, NLMSG_DONE = 3, NLMSG_OVERRUN = 4;
    internal const ushort NLM_F_REQUEST = 1, NLM_F_MULTI = 2, NLM_F_ACK = 4, NLM_F_DUMP_INTR = 0x10, NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200;
    internal const ushort NLM_F_DUMP = 0x300, NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400;
    internal const ushort NLA_TYPE_MASK = 0x3fff, NLA_F_NESTED = 0x8000;
    internal const ushort NLMSGERR_ATTR_MSG = 1;

    internal const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17, RTM_GETLINK = 18, RTM_SETLINK = 19, RTM_NEWADDR = 20, RTM_DELADDR = 21, RTM_GETADDR = 22,
        RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_GETROUTE = 26, RTM_NEWRULE = 32, RTM_DELRULE = 33, RTM_GETRULE = 34;
    internal const uint RTMGRP_LINK = 1, RTMGRP_IPV4_IFADDR = 0x10, RTMGRP_IPV4_ROUTE = 0x40, RTMGRP_IPV6_IFADDR = 0x100, RTMGRP_IPV6_ROUTE = 0x400;

    internal const uint IFF_UP = 1, IFF_LOOPBACK = 8, IFF_LOWER_UP = 0x10000;
    internal const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_MASTER = 10, IFLA_LINKINFO = 18, IFLA_NET_NS_FD = 28,
        IFLA_EXT_MASK = 29, IFLA_PERM_ADDRESS = 54, IFLA_INFO_KIND = 1, IFLA_INFO_DATA = 2, VETH_INFO_PEER = 1;
    internal const uint RTEXT_FILTER_SKIP_STATS = 8;

    internal const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_FLAGS = 8, IFA_PROTO = 11;
    internal const ushort RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_PREFSRC = 7, RTA_MULTIPATH = 9, RTA_TABLE = 15;
    internal const byte RT_TABLE_UNSPEC = 0, RT_SCOPE_UNIVERSE = 0, RT_SCOPE_NOWHERE = 255, RTN_UNICAST = 1;
    internal const uint RTM_F_CLONED = 0x200;
    internal const ushort FRA_DST = 1, FRA_SRC = 2, FRA_PRIORITY = 6, FRA_TABLE = 15, FRA_PROTOCOL = 21, FRA_SUPPRESS_PREFIXLEN = 14, FRA_L3MDEV = 19;
    internal const byte FR_ACT_TO_TBL = 1;
    internal const uint FIB_RULE_INVERT = 2;
}

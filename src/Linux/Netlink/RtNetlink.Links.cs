using G8os.Linux.Native;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

public sealed partial class RtNetlink
{
    /// <summary>All links of the namespace.</summary>
    public IReadOnlyList<LinkEntry> Links() => Dump(
        () => new NetlinkRequest(RTM_GETLINK, NLM_F_DUMP).LinkHeader(0).U32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
        seen => (seen as LinkChanged)?.Link, "links");

    /// <summary>The link of this name, or null.</summary>
    public LinkEntry? Link(string name) => Links().FirstOrDefault(link => link.Name == name);

    /// <summary>Changes what is not null. <paramref name="master"/> 0 takes the link out of its bridge. A link that is up may refuse a new name or address.</summary>
    public void SetLink(int index, bool? up = null, int? mtu = null, string? mac = null, int? master = null, string? name = null)
    {
        var request = new NetlinkRequest(RTM_NEWLINK, NLM_F_ACK).LinkHeader(index, up == true ? IFF_UP : 0, up is null ? 0 : IFF_UP);
        if (mtu is { } bytes)
            request.U32(IFLA_MTU, (uint)bytes);
        if (mac is not null)
            request.Mac(mac);
        if (master is { } bridge)
            request.U32(IFLA_MASTER, (uint)bridge);
        if (name is not null)
            request.Text(IFLA_IFNAME, name);
        Change(request, () => $"change {NameOf(index)} ({Wanted(up, mtu, mac, master, name)})");
    }

    private static string Wanted(bool? up, int? mtu, string? mac, int? master, string? name) => string.Join(", ", new[]
    {
        up is null ? null : up.Value ? "up" : "down",
        mtu is null ? null : $"mtu {mtu}",
        mac is null ? null : $"address {mac}",
        master is null ? null : master == 0 ? "no master" : $"master {master}",
        name is null ? null : $"name {name}",
    }.Where(part => part is not null));

    /// <summary>Makes a bridge, down, and returns its index.</summary>
    public int CreateBridge(string name)
    {
        Change(new NetlinkRequest(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL).LinkHeader(0)
            .Text(IFLA_IFNAME, name).Nested(IFLA_LINKINFO, info => info.Text(IFLA_INFO_KIND, "bridge")), () => $"create bridge {name}");
        return Link(name)?.Index ?? throw new NetlinkException($"find bridge {name}", Errno.ENODEV);
    }

    /// <summary>
    /// Makes a pair of links, down. A namespace is the number of an open descriptor of it, null is this one; a hardware address of null is random.
    /// (linux/veth.h, IFLA_NET_NS_FD)
    /// </summary>
    public void CreateVeth(string name, int? nsFd, string peerName, int? peerNsFd, string? mac = null, string? peerMac = null)
    {
        var request = new NetlinkRequest(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL).LinkHeader(0);
        VethEnd(request, name, nsFd, mac);
        request.Nested(IFLA_LINKINFO, info => info.Text(IFLA_INFO_KIND, "veth").Nested(IFLA_INFO_DATA, data =>
            data.Nested(VETH_INFO_PEER, peer => VethEnd(peer.LinkHeader(0), peerName, peerNsFd, peerMac))));
        Change(request, () => $"create veth pair {name} and {peerName}");
    }

    private static void VethEnd(NetlinkRequest request, string name, int? nsFd, string? mac)
    {
        request.Text(IFLA_IFNAME, name);
        if (mac is not null)
            request.Mac(mac);
        if (nsFd is { } fd)
            request.U32(IFLA_NET_NS_FD, (uint)fd);
    }

    /// <summary>Moves a link into the namespace of an open descriptor; it is down there and has lost its addresses.</summary>
    public void MoveLink(int index, int nsFd) =>
        Change(new NetlinkRequest(RTM_NEWLINK, NLM_F_ACK).LinkHeader(index).U32(IFLA_NET_NS_FD, (uint)nsFd), () => $"move {NameOf(index)} to another namespace");

    /// <summary>Deletes a link; of a veth pair both ends go.</summary>
    public void DeleteLink(int index) =>
        Change(new NetlinkRequest(RTM_DELLINK, NLM_F_ACK).LinkHeader(index), () => $"delete {NameOf(index)}");
}

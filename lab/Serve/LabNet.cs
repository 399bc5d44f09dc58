using System.Net;
using System.Net.Sockets;
using G8os.Linux.Namespaces;
using G8os.Linux.Netlink;

namespace G8os.Lab.Serve;

/// <summary>A network namespace that the lab holds open, and its netlink socket. It has no name anywhere: it goes when the lab lets go.</summary>
internal sealed class LabNet : IDisposable
{
    private readonly NetNamespace space = NetNamespace.Create();

    public LabNet()
    {
        Netlink = space.Run(() => new RtNetlink());
        Netlink.SetLink(Netlink.Link("lo")!.Index, up: true);
    }

    public RtNetlink Netlink { get; }
    public int Number => space.Number;

    /// <summary>What makes a program start in here. The program is not spawned from a thread of this namespace: the pool thread that hears of its end would stay there.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net={space.Path}", "--"];

    /// <summary>The path under which other programs of this user open it while the lab lives.</summary>
    public string Path => space.Path;

    /// <summary>A TCP socket of this namespace.</summary>
    public Socket Socket() => space.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    public int IndexOf(string link) => Netlink.Link(link)?.Index ?? throw new LabException($"cannot find link {link}: it has gone");

    /// <summary>Gives a link its address and sets it up.</summary>
    public void Configure(string link, IPAddress address, int prefixLength)
    {
        var index = IndexOf(link);
        // No duplicate address detection: the lab file is the only one who gives addresses here.
        Netlink.AddAddress(index, address, prefixLength, flags: address.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFlags.NoDuplicateDetection : AddressFlags.None);
        Netlink.SetLink(index, up: true);
    }

    public void Dispose()
    {
        Netlink.Dispose();
        space.Dispose();
    }
}

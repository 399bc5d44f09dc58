using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using G8os.Decisions.Network;
using G8os.Linux.Files;
using G8os.Model;

namespace G8os.Core.Run.Network;

/// <summary>udhcpc calls this program with an event's name and the lease in the environment (busybox udhcpc -s).</summary>
internal static class DhcpScript
{
    public static readonly Values<string> Events = ["deconfig", "bound", "renew", "nak", "leasefail"];

    public static int Run(string happened)
    {
        var link = Environment.GetEnvironmentVariable("interface") ?? "";
        if (link.Length == 0 || link.Contains('/'))
            return 64;
        var news = new DhcpNews(happened, link, Read(Environment.GetEnvironmentVariable));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(news, CoreJson.Default.DhcpNews);
        if (news.Lease is not null)
            AtomicFile.Write(DhcpEdge.FileOf(link), bytes, 0x180);
        else if (happened is "deconfig" or "nak")
            File.Delete(DhcpEdge.FileOf(link));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(bytes, new UnixDomainSocketEndPoint(NodeFiles.DhcpSocket));
        }
        catch (SocketException)
        {
            Console.Error.WriteLine("the core is away; it reads the lease's file when it is back");
        }
        return 0;
    }

    /// <summary>The lease in udhcpc's variables; null when there is no address or it cannot be one.</summary>
    internal static Lease? Read(Func<string, string?> variable)
    {
        if (!IPAddress.TryParse(variable("ip"), out var address) || address.AddressFamily != AddressFamily.InterNetwork)
            return null;
        var prefix = int.TryParse(variable("mask"), CultureInfo.InvariantCulture, out var bits) && bits is > 0 and <= 32 ? bits : 24;
        var router = variable("router")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return new Lease
        {
            Address = $"{address}/{prefix}",
            Router = IPAddress.TryParse(router, out _) ? router : null,
            Dns = (variable("dns") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(one => IPAddress.TryParse(one, out _)).Take(4).ToValues(),
            Seconds = int.TryParse(variable("lease"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0,
        };
    }
}

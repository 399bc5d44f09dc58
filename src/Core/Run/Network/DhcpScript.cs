using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using G8os.Decisions.Network;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Core.Run.Network;

/// <summary>udhcpc calls this program with an event's name and the lease in the environment (busybox udhcpc -s).</summary>
internal static class DhcpScript
{
    public const int DnsMax = 4;
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
        if (!IsV4(variable("ip")))
            return null;
        var prefix = int.TryParse(variable("mask"), CultureInfo.InvariantCulture, out var bits) && bits is > 0 and <= 32 ? bits : 24;
        var router = variable("router")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return new Lease
        {
            Address = $"{variable("ip")}/{prefix}",
            Router = IsV4(router) ? router : null,
            Dns = (variable("dns") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(IsV4).Take(DnsMax).ToValues(),
            // 4294967295 is "for ever" (RFC 2132, 9.2)
            Seconds = uint.TryParse(variable("lease"), CultureInfo.InvariantCulture, out var seconds) ? (int)Math.Min(seconds, int.MaxValue) : 0,
        };
    }

    /// <summary>Four plain numbers: what the planner takes. A server's "1" is no router.</summary>
    internal static bool IsV4([NotNullWhen(true)] string? text) =>
        text is not null && IpPrefix.TryParseAddress(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
}

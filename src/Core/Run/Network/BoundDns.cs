using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using G8os.Linux.Sockets;
using G8os.Model;

namespace G8os.Core.Run.Network;

/// <summary>Asks a link's own name servers over that link (RFC 1035, A and AAAA only): no library binds its sockets to a device.</summary>
internal static class BoundDns
{
    private const int Port = 53;
    private const int MessageMax = 1232;
    private const int AddressesMax = 8;
    private const ushort TypeA = 1;
    private const ushort TypeAaaa = 28;
    private static readonly TimeSpan PerServer = TimeSpan.FromSeconds(1);

    /// <summary>Addresses of the source's family; an address as name is itself.</summary>
    public static async Task<Values<IPAddress>> ResolveAsync(string host, IPAddress source, string link, Values<string> servers, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out var literal))
            return literal.AddressFamily == source.AddressFamily ? [literal] : throw new SocketException((int)SocketError.AddressFamilyNotSupported);
        foreach (var server in servers)
            if (IPAddress.TryParse(server, out var to) && to.AddressFamily == source.AddressFamily && await AskAsync(host, source, link, to, stop) is { Count: > 0 } found)
                return found;
        throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Values<IPAddress>> AskAsync(string host, IPAddress source, string link, IPAddress server, CancellationToken stop)
    {
        using var socket = new Socket(source.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        BoundSocket.Bind(socket, link, source);
        var type = source.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa;
        var id = (ushort)RandomNumberGenerator.GetInt32(0x10000);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(PerServer);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(server, Port), limit.Token);
            await socket.SendAsync(Query(id, host, type), limit.Token);
            var buffer = new byte[MessageMax];
            var count = await socket.ReceiveAsync(buffer, limit.Token);
            return Parse(buffer.AsSpan(0, count), id, type);
        }
        catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            CoreLog.Write($"the name server {server} on {link} did not answer for {host}");
            return [];
        }
    }

    internal static byte[] Query(ushort id, string host, ushort type)
    {
        var message = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in host.TrimEnd('.').Split('.'))
        {
            var bytes = Encoding.ASCII.GetBytes(label);
            if (bytes.Length is 0 or > 63)
                throw new SocketException((int)SocketError.HostNotFound);
            message.Add((byte)bytes.Length);
            message.AddRange(bytes);
        }
        message.AddRange([0, 0, (byte)type, 0, 1]);
        return [.. message];
    }

    /// <summary>The addresses of an answer to our query; empty for anything else.</summary>
    internal static Values<IPAddress> Parse(ReadOnlySpan<byte> message, ushort id, ushort type)
    {
        if (message.Length < 12 || BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0x80) == 0)
            return [];
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var at = 12;
        for (var i = 0; i < questions; i++)
            if (!SkipName(message, ref at) || (at += 4) > message.Length)
                return [];
        var found = new List<IPAddress>();
        for (var i = 0; i < answers && found.Count < AddressesMax; i++)
        {
            if (!SkipName(message, ref at) || at + 10 > message.Length)
                break;
            var kind = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                break;
            if (kind == type && length == (type == TypeA ? 4 : 16))
                found.Add(new IPAddress(message.Slice(at, length)));
            at += length;
        }
        return found.ToValues();
    }

    private static bool SkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            var length = message[at];
            if (length == 0)
                return ++at <= message.Length;
            if ((length & 0xC0) == 0xC0)
                return (at += 2) <= message.Length;
            at += length + 1;
        }
        return false;
    }
}

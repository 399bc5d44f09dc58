using System.Net.Sockets;
using System.Text;
using G8os.Core.Run.Network;
using G8os.Linux.Mounts;
using G8os.Linux.Netlink;
using G8os.Linux.Sockets;

namespace G8os.Fuzz;

/// <summary>What a wire or the kernel sends: read or left out, never thrown at.</summary>
internal static class LinkTargets
{
    private const int NetlinkHeader = 16;
    private const int AddressesMax = 8;
    private const ushort TypeA = 1, TypeAaaa = 28;

    public static readonly string[] MountWords = [" - ", "\\040", "\\", " / ", " rw ", "shared:1 ", "\n", "36 35 98:0 "];

    /// <summary>A frame that is read is written and read back equal.</summary>
    public static void Arp(ReadOnlySpan<byte> input)
    {
        if (ArpFrame.Parse(input) is { } frame && ArpFrame.Parse(frame.ToBytes()) != frame)
            throw new BrokenPromiseException($"written and read again it differs: {frame}");
    }

    public static void Netlink(ReadOnlySpan<byte> input)
    {
        var messages = NetlinkParser.Parse(input);
        if (messages.Count > input.Length / NetlinkHeader)
            throw new BrokenPromiseException($"{messages.Count} messages in {input.Length} bytes");
        foreach (var message in messages)
            if (message.Errno < 0)
                throw new BrokenPromiseException($"error number {message.Errno}");
    }

    public static void Mounts(ReadOnlySpan<byte> input)
    {
        foreach (var mount in MountTable.Parse(Encoding.UTF8.GetString(input)))
            if (mount.MountPoint.Length == 0 || mount.Type.Length == 0)
                throw new BrokenPromiseException($"a mount without a place or type: {mount}");
    }

    /// <summary>The first two bytes are the id we asked with: an answer to another question gives nothing.</summary>
    public static void Dns(ReadOnlySpan<byte> input)
    {
        var id = (ushort)(input.Length < 2 ? 0 : (input[0] << 8) | input[1]);
        foreach (var type in (ushort[])[TypeA, TypeAaaa])
        {
            var found = BoundDns.Parse(input, id, type);
            if (found.Count > AddressesMax)
                throw new BrokenPromiseException($"{found.Count} addresses");
            foreach (var address in found)
                if (address.AddressFamily != (type == TypeA ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6))
                    throw new BrokenPromiseException($"{address} for a question of type {type}");
            if (BoundDns.Parse(input, (ushort)(id ^ 1), type).Count > 0)
                throw new BrokenPromiseException("an answer to another question was taken");
        }
    }
}

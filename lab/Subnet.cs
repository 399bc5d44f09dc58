using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using G8os.Model.Network;

namespace G8os.Lab;

/// <summary>An IPv4 network: its first address and prefix length.</summary>
public readonly record struct Subnet(uint Network, int PrefixLength)
{
    public const int MinPrefix = 8;
    public const int MaxPrefix = 30;

    /// <summary>Addresses in it, network and broadcast address included.</summary>
    public uint Size => 1u << (32 - PrefixLength);

    /// <summary>The host numbers that may be given to machines: 1 to this.</summary>
    public uint LastHost => Size - 2;

    public string Mask => Text(~(Size - 1));

    /// <summary>The address with this number, counted from the network address.</summary>
    public string Host(uint number) => Text(Network + number);

    /// <summary>The address's number in this subnet, or null when it lies outside.</summary>
    public uint? NumberOf(string address)
    {
        if (!TryAddress(address, out var value) || value - Network >= Size || value < Network)
            return null;
        return value - Network;
    }

    /// <summary>Reads <c>10.77.1.0/24</c>. False with the reason, as the end of a sentence, when it is no such network.</summary>
    public static bool TryParse(string text, out Subnet subnet, out string reason)
    {
        subnet = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryAddress(text[..slash], out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix))
        {
            reason = "expected an IPv4 network like 10.77.1.0/24";
            return false;
        }
        if (prefix is < MinPrefix or > MaxPrefix)
        {
            reason = $"the prefix length must be {MinPrefix} to {MaxPrefix}";
            return false;
        }
        subnet = new(address & ~((1u << (32 - prefix)) - 1), prefix);
        reason = subnet.Network == address ? "" : $"it has host bits; the network is {subnet}";
        return reason.Length == 0;
    }

    public override string ToString() => $"{Text(Network)}/{PrefixLength}";

    private static bool TryAddress(string text, out uint value)
    {
        value = 0;
        if (!IpPrefix.TryParseAddress(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
            return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        return true;
    }

    private static string Text(uint address)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }
}

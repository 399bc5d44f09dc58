using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace G8os.Model.Network;

/// <summary>ADDRESS/LENGTH as net.toml writes it, e.g. <c>192.0.2.10/24</c>: an address and the length of its subnet's prefix in bits.</summary>
public sealed record IpPrefix(IPAddress Address, int Length)
{
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public bool IsV6 => Address.AddressFamily == AddressFamily.InterNetworkV6;
    public int Bits => IsV6 ? 128 : 32;

    /// <summary>The subnet's first address: all bits after the prefix are 0.</summary>
    public IPAddress Network => Masked(0x00);

    /// <summary>All bits after the prefix are 1: the broadcast address of an IPv4 subnet.</summary>
    public IPAddress Last => Masked(0xff);

    public bool Contains(IPAddress other) =>
        other.AddressFamily == Address.AddressFamily && new IpPrefix(other, Length).Network.Equals(Network);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    /// <summary>Only the plain forms: four decimal numbers without leading zeros, or RFC 4291 text without a zone; length 0 to 32 or 128.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IpPrefix? prefix)
    {
        prefix = null;
        var slash = text.IndexOf('/');
        if (slash < 0 || !TryParseAddress(text[..slash], out var address))
            return false;
        var digits = text.AsSpan(slash + 1);
        if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || (digits[0] == '0' && digits.Length > 1))
            return false;
        var length = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        prefix = new(address, length);
        if (length <= prefix.Bits)
            return true;
        prefix = null;
        return false;
    }

    /// <summary>A plain IPv4 or IPv6 address; the short, octal, hexadecimal, zoned and bracketed forms that <see cref="IPAddress"/> takes are refused.</summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length is 0 or > 45)
            return false;
        if (text.Contains(':', StringComparison.Ordinal))
            return !text.AsSpan().ContainsAnyExcept(V6Characters) && IPAddress.TryParse(text, out address);
        // What reads back as it was written has no leading zeros and all four numbers.
        return IPAddress.TryParse(text, out address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == text;
    }

    private IPAddress Masked(byte fill)
    {
        var bytes = Address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(Length - (i * 8), 0, 8);
            var mask = (byte)(0xff << (8 - kept));
            bytes[i] = (byte)((bytes[i] & mask) | (fill & ~mask));
        }
        return new(bytes);
    }
}

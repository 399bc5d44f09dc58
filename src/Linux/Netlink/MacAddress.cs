using System.Globalization;

namespace G8os.Linux.Netlink;

/// <summary>Ethernet addresses as text: six bytes, lower-case hex with colons.</summary>
public static class MacAddress
{
    /// <summary>The six bytes of "02:00:5e:10:00:01"; upper case is read too.</summary>
    /// <exception cref="FormatException">It is not six pairs of hex digits with colons.</exception>
    public static byte[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[6];
        var good = text.Length == 17;
        for (var i = 0; i < 6 && good; i++)
            good = byte.TryParse(text.AsSpan(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i])
                && (i == 5 || text[(i * 3) + 2] == ':');
        return good ? bytes : throw new FormatException($"cannot read hardware address \"{text}\": expected six hex pairs with colons, like 02:00:5e:10:00:01");
    }

    /// <summary>Bytes as lower-case text with colons.</summary>
    public static string Format(ReadOnlySpan<byte> bytes)
    {
        var hex = Convert.ToHexStringLower(bytes);
        return string.Join(':', Enumerable.Range(0, bytes.Length).Select(i => hex.Substring(i * 2, 2)));
    }
}

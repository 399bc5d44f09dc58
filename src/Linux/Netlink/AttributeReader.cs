using System.Buffers.Binary;
using System.Text;
using static G8os.Linux.Netlink.NetlinkConstants;

namespace G8os.Linux.Netlink;

/// <summary>Walks netlink attributes (struct nlattr). Stops at the first one that does not fit: what follows it cannot be trusted.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> rest = attributes;

    internal ushort Type { get; private set; }
    internal ReadOnlySpan<byte> Value { get; private set; }

    internal bool Next()
    {
        if (rest.Length < NLA_HDRLEN)
            return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < NLA_HDRLEN || length > rest.Length)
            return false;
        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & NLA_TYPE_MASK);
        Value = rest[NLA_HDRLEN..length];
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }

    internal readonly byte U8 => Value.Length >= 1 ? Value[0] : (byte)0;
    internal readonly uint U32 => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Value) : 0;

    internal readonly string Text
    {
        get
        {
            var end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    /// <summary>A hardware address as text; empty when it has no bytes or more than 32 (MAX_ADDR_LEN).</summary>
    internal readonly string Mac
    {
        get
        {
            if (Value.Length is 0 or > 32)
                return "";
            var text = new StringBuilder(Value.Length * 3);
            foreach (var part in Value)
                text.Append(text.Length == 0 ? "" : ":").Append(Convert.ToHexStringLower([part]));
            return text.ToString();
        }
    }
}

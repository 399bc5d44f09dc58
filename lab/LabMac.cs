using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace G8os.Lab;

/// <summary>The fixed MACs of lab machines: a restarted node keeps its address in its neighbours' tables, and a net.toml can name it.</summary>
public static class LabMac
{
    /// <summary>The MAC of eth<paramref name="index"/> of a machine, the same in every lab: 52:54:00 and 24 bits made from the name.</summary>
    public static string Of(string machine, int index)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"g8os lab\n{machine}"));
        // The links of one machine are neighbours, so that they cannot meet each other.
        var number = (BinaryPrimitives.ReadUInt32BigEndian(digest) & 0xfffff8) + (uint)index;
        return $"52:54:00:{(number >> 16) & 0xff:x2}:{(number >> 8) & 0xff:x2}:{number & 0xff:x2}";
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace G8os.Store.Tests.Erofs;

/// <summary>Puts the checksum of a changed image right, written apart from the code under test.</summary>
internal static class ErofsSeal
{
    public const int SuperOffset = 1024;
    private const int Block = 4096;

    public static void Repair(Span<byte> image)
    {
        image.Slice(SuperOffset + 4, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var b in image[SuperOffset..Block])
            crc = BitOperations.Crc32C(crc, b);
        BinaryPrimitives.WriteUInt32LittleEndian(image[(SuperOffset + 4)..], crc);
    }
}

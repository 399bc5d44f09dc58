using System.Buffers.Binary;
using System.Numerics;
using G8os.Store;
using G8os.Store.Erofs;

namespace G8os.Fuzz;

/// <summary>EROFS images: refused, or a tree that is written again to an image of the same tree, with the same objects.</summary>
internal static class ErofsTarget
{
    private const int Block = 4096, Super = 1024;

    public static readonly string[] Words = ["overlay.redirect", "overlay.metacopy", "/ab/", "...", ".", "..", "/", "\0", "\0\0\0\0", "\u0001\0", "\u0003\0", "\u0005\0", "\u0009\0"];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var image = Dress(input);
        try
        {
            var tree = ErofsReader.Read(image);
            var again = ErofsWriter.Write(tree);
            if (!again.AsSpan().SequenceEqual(ErofsWriter.Write(ErofsReader.Read(again))))
                throw new BrokenPromiseException("written and read again it is another tree");
            if (!ErofsReader.Objects(image).SequenceEqual(ErofsReader.Objects(again)))
                throw new BrokenPromiseException("written again it names other objects");
        }
        catch (StoreException refused) when (refused.Message.StartsWith("cannot ", StringComparison.Ordinal))
        {
            return;
        }
    }

    /// <summary>What no mutation gets right by chance: whole blocks, their number, and the checksum.</summary>
    private static byte[] Dress(ReadOnlySpan<byte> input)
    {
        var image = new byte[Math.Max(Block, (input.Length + Block - 1) / Block * Block)];
        input.CopyTo(image);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(Super + 36), image.Length / Block);
        image.AsSpan(Super + 4, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var b in image.AsSpan(Super, Block - Super))
            crc = BitOperations.Crc32C(crc, b);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(Super + 4), crc);
        return image;
    }
}

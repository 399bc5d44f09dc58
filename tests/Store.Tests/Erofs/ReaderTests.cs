using System.Buffers.Binary;
using System.Text;
using G8os.Store.Erofs;
using G8os.Store.Tree;

namespace G8os.Store.Tests.Erofs;

public sealed class ReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    [InlineData(5000)]
    public void WhatWasWrittenIsRead(int entries)
    {
        var root = MemoryTree.Make(entries, entries);
        var image = ErofsWriter.Write(root);
        Assert.Equal(image, ErofsWriter.Write(ErofsReader.Read(image)));
        Assert.Equal(MemoryTree.ObjectsOf(root), ErofsReader.Objects(image));
    }

    [Fact]
    public void TheTreeIsTheSameThroughOtherOrders()
    {
        // The order in which a tree was put together leaves no trace.
        var one = MemoryTree.Directory(("a", MemoryTree.File("1")), ("b", MemoryTree.File("2")), ("c", MemoryTree.Directory(("d", MemoryTree.File("1")))));
        var two = MemoryTree.Directory(("c", MemoryTree.Directory(("d", MemoryTree.File("1")))), ("b", MemoryTree.File("2")), ("a", MemoryTree.File("1")));
        Assert.Equal(ErofsWriter.Write(one), ErofsWriter.Write(two));
        two.Children[new("a"u8)].Nanoseconds = 1;
        Assert.NotEqual(ErofsWriter.Write(one), ErofsWriter.Write(two));
    }

    [Fact]
    public void GreatFilesAndOldAndLateTimesAreKept()
    {
        var file = MemoryTree.File("great");
        (file.Size, file.Seconds, file.User) = (ErofsFormatMax, -86_400L * 365 * 200, uint.MaxValue);
        var read = ErofsReader.Read(ErofsWriter.Write(MemoryTree.Directory(("great", file)))).Children[new("great"u8)];
        Assert.Equal((file.Size, file.Seconds, file.User, file.Object), (read.Size, read.Seconds, read.User, read.Object));
    }

    private const long ErofsFormatMax = 1L << 43;

    /// <summary>Each damaged byte is seen; with the checksum put right it is refused, or read as a tree that can be written again.</summary>
    [Fact]
    public void NoByteCanBeChangedUnseen()
    {
        var image = ErofsWriter.Write(MemoryTree.Make(11, 60));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 4000; i++)
        {
            var changed = (byte[])image.Clone();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            ErofsSeal.Repair(changed);
            try
            {
                var again = ErofsWriter.Write(ErofsReader.Read(changed));
                Assert.Equal(again, ErofsWriter.Write(ErofsReader.Read(again)));
            }
            catch (StoreException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 500, 3900);
        image[ErofsSeal.SuperOffset + 20] ^= 1;
        Assert.Contains("checksum", Assert.Throws<StoreException>(() => ErofsReader.Read(image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALoopOfDirectoriesIsRefused()
    {
        var image = ErofsWriter.Write(MemoryTree.Directory(("a", MemoryTree.Directory(("b", MemoryTree.Directory())))));
        // "b" leads back to the root.
        var names = image.AsSpan().IndexOf("...b"u8);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(names - 12), 36);
        ErofsSeal.Repair(image);
        Assert.Contains("two names", Assert.Throws<StoreException>(() => ErofsReader.Read(image)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trusted.overlay.redirect", "/etc/passwd")]
    [InlineData("trusted.overlay.opaque", "y")]
    [InlineData("trusted.overlay.metacopy", "")]
    public void ATreeCannotSteerTheOverlay(string name, string value)
    {
        var file = MemoryTree.File("x");
        file.Xattrs = [new(new(name), Encoding.ASCII.GetBytes(value))];
        Assert.Contains("steer the overlay", Assert.Throws<StoreException>(() => ErofsWriter.Write(MemoryTree.Directory(("x", file)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNoImageHoldsIsRefusedWithItsReason()
    {
        Refused("whiteout", ("x", new TreeInode(FileKind.CharacterDevice)));
        Refused("name", ("a/b", MemoryTree.File("x")));
        Refused("name", ("..", MemoryTree.File("x")));
        Refused("name", (new string('x', 256), MemoryTree.File("x")));
        Refused("link", ("x", new TreeInode(FileKind.Link)));
        Refused("object", ("x", new TreeInode(FileKind.Regular) { Size = 1 }));
        Refused("namespace", ("x", new TreeInode(FileKind.Fifo) { Xattrs = [new(new("system.other"u8), default)] }));
        var twice = MemoryTree.Directory();
        Refused("two names", ("a", twice), ("b", twice));
    }

    private static void Refused(string word, params (string, TreeInode)[] entries) =>
        Assert.Contains(word, Assert.Throws<StoreException>(() => ErofsWriter.Write(MemoryTree.Directory(entries))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void RubbishIsRefused(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.Throws<StoreException>(() => ErofsReader.Read(bytes));
    }
}

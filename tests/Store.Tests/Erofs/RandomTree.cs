using System.Text;
using G8os.Linux.Files;

namespace G8os.Store.Tests.Erofs;

/// <summary>A directory full of everything a tree may hold; the same seed gives the same tree.</summary>
internal sealed class RandomTree(int seed)
{
    private const int TypeRegular = 0x8000, TypeFifo = 0x1000, TypeCharacter = 0x2000, TypeBlock = 0x6000, TypeSocket = 0xc000;
    private readonly Random random = new(seed);
    private readonly List<byte[]> files = [];
    private readonly List<byte[]> directories = [];

    public void Make(string path, int entries)
    {
        var root = Encoding.UTF8.GetBytes(path);
        RawFiles.MakeDirectory(root, 0x1ed);
        directories.Add(root);
        for (var i = 0; i < entries; i++)
            MakeEntry(RawFiles.Join(directories[random.Next(directories.Count)], Name(i)));
        // Times last: making a name changes its directory's.
        foreach (var made in directories.AsEnumerable().Reverse())
            Attributes(made, link: false);
    }

    private void MakeEntry(byte[] path)
    {
        switch (random.Next(20))
        {
            case < 10:
                File(path);
                break;
            case < 14:
                RawFiles.MakeDirectory(path, 0x1ed);
                directories.Add(path);
                return;
            case < 17:
                RawFiles.MakeLink(path, Bytes(random.Next(8) == 0 ? random.Next(1, 4095) : random.Next(1, 60)));
                Attributes(path, link: true);
                return;
            case 17:
                RawFiles.MakeNode(path, TypeFifo | 0x1a4);
                break;
            case 18:
                if (random.Next(3) == 0)
                    RawFiles.MakeNode(path, TypeSocket | 0x1a4);
                else
                    RawFiles.MakeNode(path, (random.Next(2) == 0 ? TypeCharacter : TypeBlock) | 0x1a4, (uint)random.Next(1, 4000), (uint)random.Next(1, 1_000_000));
                break;
            default:
                if (files.Count == 0)
                    return;
                RawFiles.MakeHardLink(path, files[random.Next(files.Count)]);
                return;
        }
        Attributes(path, link: false);
    }

    private void File(byte[] path)
    {
        RawFiles.MakeNode(path, TypeRegular | 0x1a4);
        using var file = RawFiles.OpenWrite(path);
        switch (random.Next(10))
        {
            case 0:
                break;
            case 1:
                file.Write(Encoding.UTF8.GetBytes($"one of few contents {random.Next(3)}"));
                break;
            case 2:
                // A hole, then a byte.
                file.Seek(random.Next(1, 40) * 100_000, SeekOrigin.Begin);
                file.WriteByte(1);
                break;
            default:
                file.Write(Bytes(random.Next(1, 20_000)));
                break;
        }
        files.Add(path);
    }

    private void Attributes(byte[] path, bool link)
    {
        if (random.Next(4) == 0)
            RawFiles.SetOwner(path, (uint)random.Next(0, 70_000), (uint)random.Next(0, 70_000));
        if (!link && random.Next(3) == 0)
            RawFiles.SetMode(path, random.Next(0x1000));
        for (var count = random.Next(6) == 0 ? random.Next(1, 4) : 0; count > 0; count--)
            Xattr(path, link);
        if (random.Next(3) == 0)
            RawFiles.SetTime(path, random.NextInt64(-1_000_000_000, 4_000_000_000), random.Next(1_000_000_000));
        else
            RawFiles.SetTime(path, 1_700_000_000, 0);
    }

    private void Xattr(byte[] path, bool link)
    {
        // Only files and directories may have user.*; a version 2 capability is 20 bytes.
        var isFile = files.Contains(path) || directories.Contains(path);
        if (!link && isFile && random.Next(2) == 0)
            RawFiles.SetXattr(path, Encoding.UTF8.GetBytes($"user.{(random.Next(2) == 0 ? "común" : $"n{random.Next(100)}")}"), random.Next(3) == 0 ? "shared value"u8 : Bytes(random.Next(300)));
        else if (files.Contains(path) && random.Next(2) == 0)
            RawFiles.SetXattr(path, "security.capability"u8, [1, 0, 0, 2, 0, (byte)random.Next(1, 64), .. new byte[14]]);
        else
            RawFiles.SetXattr(path, "trusted.test"u8, Bytes(random.Next(1, 100)));
    }

    /// <summary>Mostly short and readable; some of 255 bytes, some that are no UTF-8.</summary>
    private byte[] Name(int number) => random.Next(12) switch
    {
        0 => [.. Encoding.UTF8.GetBytes($"{number}-"), .. Enumerable.Repeat((byte)'x', 250 - number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length)],
        1 => [.. Encoding.UTF8.GetBytes($"{number}"), 0xff, 0xfe, (byte)' ', (byte)'\n'],
        2 => Encoding.UTF8.GetBytes($".été-{number}"),
        _ => Encoding.UTF8.GetBytes($"{(char)('a' + random.Next(26))}{number}"),
    };

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return [.. bytes.Select(b => b == 0 ? (byte)1 : b)];
    }
}

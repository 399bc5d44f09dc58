using System.Text;
using G8os.Linux.Files;
using G8os.Model.Sandboxes;

namespace G8os.Store.Tests.Erofs;

/// <summary>Everything of a tree that the kernel tells, a line for each name, to be compared.</summary>
internal static class Snapshot
{
    public static List<string> Of(string root)
    {
        var lines = new List<string>();
        var inodes = new Dictionary<(ulong, ulong), int>();
        Walk(Encoding.UTF8.GetBytes(root), "", lines, inodes);
        return lines;
    }

    private static void Walk(byte[] path, string shown, List<string> lines, Dictionary<(ulong, ulong), int> inodes)
    {
        lines.Add($"{shown}: {Describe(path, inodes)}");
        if ((RawFiles.Status(path).Mode & 0xf000) != 0x4000)
            return;
        foreach (var name in RawFiles.Names(path).OrderBy(Convert.ToHexString, StringComparer.Ordinal))
            Walk(RawFiles.Join(path, name), $"{shown}/{Shown(name)}", lines, inodes);
    }

    private static string Describe(byte[] path, Dictionary<(ulong, ulong), int> inodes)
    {
        var status = RawFiles.Status(path);
        var type = status.Mode & 0xf000;
        var text = $"{Convert.ToString(status.Mode, 8)} {status.User}:{status.Group} {status.Seconds}.{status.Nanoseconds:D9}";
        // A directory's size and links are the file system's own affair.
        if (type != 0x4000)
        {
            // Which names are one file, said by the order in which they are met.
            inodes.TryAdd((status.Home, status.Inode), inodes.Count);
            text += $" {status.Size} links {status.Links} inode {(status.Links > 1 ? inodes[(status.Home, status.Inode)] : 0)}";
        }
        text += type switch
        {
            0xa000 => $" -> {Shown(RawFiles.ReadLink(path))}",
            0x2000 or 0x6000 => $" {status.Major}:{status.Minor}",
            0x8000 => $" {Content(path)}",
            _ => "",
        };
        return $"{text} {string.Join(' ', RawFiles.Xattrs(path).Select(xattr => $"{Shown(xattr.Name)}={Shown(xattr.Value)}").Order(StringComparer.Ordinal))}";
    }

    private static string Content(byte[] path)
    {
        using var content = RawFiles.Open(path);
        return ObjectHash.Of(content).ToString();
    }

    private static string Shown(byte[] bytes) => string.Concat(bytes.Select(b => b is > 32 and < 127 and not (byte)'%' ? ((char)b).ToString() : $"%{b:x2}"));
}

using System.Globalization;
using System.Text;

namespace G8os.Linux.Mounts;

/// <summary>The mounts this process sees. Reading it touches no mount: it is safe while a FUSE server hangs.</summary>
public static class MountTable
{
    private const int FieldsBeforeOptional = 6;

    /// <summary>All mounts that this thread sees, in the order they were made.</summary>
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText("/proc/thread-self/mountinfo"));

    /// <summary>True when something is mounted exactly on <paramref name="path"/>.</summary>
    public static bool IsMounted(string path) => Find(path) is not null;

    /// <summary>The topmost mount exactly on <paramref name="path"/>, or null.</summary>
    public static MountEntry? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var wanted = path.Length > 1 ? path.TrimEnd('/') : path;
        return Read().LastOrDefault(mount => mount.MountPoint == wanted);
    }

    /// <summary>Takes the text of a mountinfo file apart; lines that are not mountinfo are left out. Pure.</summary>
    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var mounts = new List<MountEntry>();
        foreach (var line in text.Split('\n'))
            if (ParseLine(line.Split(' ')) is { } mount)
                mounts.Add(mount);
        return mounts;
    }

    /// <summary>36 35 98:0 /root /point rw,noatime shared:1 - ext3 /dev/root rw</summary>
    private static MountEntry? ParseLine(string[] fields)
    {
        var dash = Array.IndexOf(fields, "-", Math.Min(FieldsBeforeOptional, fields.Length));
        if (dash < 0 || dash + 3 >= fields.Length
            || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id) || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent))
            return null;
        if (fields[4].Length == 0 || fields[dash + 1].Length == 0)
            return null;
        return new(id, parent, Unescape(fields[3]), Unescape(fields[4]), fields[5], fields[dash + 1], Unescape(fields[dash + 2]), fields[dash + 3], fields[2]);
    }

    /// <summary>The kernel writes space, tab, line end and backslash as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var text = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
            if (field[i] == '\\' && i + 3 < field.Length && Octal(field.AsSpan(i + 1, 3)) is { } value)
            {
                text.Append((char)value);
                i += 3;
            }
            else
                text.Append(field[i]);
        return text.ToString();
    }

    private static int? Octal(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
                return null;
            value = (value * 8) + digit - '0';
        }
        return value < 128 ? value : null;
    }
}

using System.Globalization;
using G8os.Model;

namespace G8os.Decisions.Apps;

/// <summary>Who an app runs as, in the words of its own sandbox.</summary>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Group id.</param>
/// <param name="Groups">Further groups.</param>
/// <param name="Home">Its home; /data when the sandbox names none.</param>
public sealed record AppUser(uint Uid, uint Gid, Values<uint> Groups, string Home)
{
    private const string NoHome = "/data";

    /// <summary>Looks a name or number up in the text of /etc/passwd and /etc/group (passwd(5), group(5)); a number that is not there stands for itself. Null for an unknown name.</summary>
    public static AppUser? Find(string passwd, string group, string user)
    {
        var number = uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (uint?)null;
        foreach (var fields in Lines(passwd, 7))
            if ((fields[0] == user || (number is not null && fields[2] == user))
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
                && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var gid))
                return new AppUser(uid, gid, GroupsOf(group, fields[0], gid), fields[5].StartsWith('/') ? fields[5] : NoHome);
        return number is { } bare ? new AppUser(bare, bare, [], NoHome) : null;
    }

    private static Values<uint> GroupsOf(string group, string name, uint own)
    {
        var found = new SortedSet<uint>();
        foreach (var fields in Lines(group, 4))
            if (fields[3].Split(',').Contains(name) && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var gid) && gid != own)
                found.Add(gid);
        return found.ToValues();
    }

    private static IEnumerable<string[]> Lines(string text, int fields) => text.Split('\n').Select(line => line.Split(':')).Where(parts => parts.Length == fields);
}

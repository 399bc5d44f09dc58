using G8os.Linux.Native;

namespace G8os.Linux.Files;

/// <summary>Who a file belongs to (chown(2)). A symbolic link is not followed.</summary>
public static class FileOwner
{
    /// <summary>Gives a file or directory to a user and a group.</summary>
    public static void Set(string path, uint user, uint group)
    {
        if (Libc.lchown(path, user, group) < 0)
            throw LinuxException.Last($"give {path} to user {user}");
    }
}

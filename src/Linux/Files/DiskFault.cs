namespace G8os.Linux.Files;

/// <summary>What is wrong with a disk, in words an operator can act on (errno(3)).</summary>
public static class DiskFault
{
    private const int Broken = 5, Full = 28, ReadOnly = 30, OverQuota = 122;

    /// <summary>The reason and the remedy; null for an error number that is not the disk's.</summary>
    internal static string? Reason(int errno) => errno switch
    {
        Full => "the disk is full; free space there",
        OverQuota => "the disk quota is used up; free space there, or raise it",
        ReadOnly => "the file system is read-only; look at the kernel's log for why, and mount it writable",
        Broken => "the disk has an input/output error; look at the kernel's log, and replace it",
        _ => null,
    };

    /// <summary>One sentence with the remedy when a disk caused this; null otherwise. .NET's own file classes keep the error number in HResult.</summary>
    public static string? Say(Exception fault) => fault switch
    {
        LinuxException own when Reason(own.Errno) is not null => own.Message,
        IOException other when Reason(other.HResult) is { } reason => $"cannot write {Path(other.Message)}: {reason}",
        _ => null,
    };

    /// <summary>"No space left on device : '/var/lib/x'" names the file last.</summary>
    private static string Path(string message)
    {
        var end = message.LastIndexOf('\'');
        var start = end > 0 ? message.LastIndexOf('\'', end - 1) : -1;
        return start >= 0 ? message[(start + 1)..end] : "a file";
    }
}

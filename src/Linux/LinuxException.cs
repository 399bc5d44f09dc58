using System.Runtime.InteropServices;

namespace G8os.Linux;

/// <summary>A system call that failed. The message reads "cannot &lt;verb&gt; &lt;object&gt;: &lt;reason&gt;".</summary>
/// <param name="action">What was tried, without "cannot": <c>mount proc on /proc</c>.</param>
/// <param name="errno">The kernel's error number (errno(3)), 0 when the failure is ours.</param>
/// <param name="reason">A better reason than strerror's, when there is one.</param>
public class LinuxException(string action, int errno, string? reason = null)
    : Exception($"cannot {action}: {reason ?? Files.DiskFault.Reason(errno) ?? Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>The error number, e.g. 17 for EEXIST.</summary>
    public int Errno { get; } = errno;

    /// <summary>The thing is there already (EEXIST).</summary>
    public bool Exists => Errno == Native.Errno.EEXIST;

    /// <summary>The thing, process or link is not there (ENOENT, ESRCH, ENODEV).</summary>
    public bool Missing => Errno is Native.Errno.ENOENT or Native.Errno.ESRCH or Native.Errno.ENODEV;

    internal static LinuxException Last(string action) => new(action, Marshal.GetLastPInvokeError());
}

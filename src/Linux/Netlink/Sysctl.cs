using System.Text;
using G8os.Linux.Native;

namespace G8os.Linux.Netlink;

/// <summary>Kernel settings below /proc/sys. Those below net/ belong to the network namespace of the calling thread.</summary>
public static unsafe class Sysctl
{
    private const int ValueMax = 4096;

    /// <summary>Writes <c>net/ipv4/conf/eth0/arp_ignore</c>, for example.</summary>
    public static void Write(string name, string value)
    {
        using var file = Open(name, Libc.O_WRONLY, "set");
        var bytes = Encoding.UTF8.GetBytes(value);
        fixed (byte* data = bytes)
            if (Libc.write(file.Number, data, (nuint)bytes.Length) < 0)
                throw LinuxException.Last($"set {name} to {value}");
    }

    /// <summary>The setting without its line end.</summary>
    public static string Read(string name)
    {
        using var file = Open(name, Libc.O_RDONLY, "read");
        var data = stackalloc byte[ValueMax];
        var got = Libc.read(file.Number, data, ValueMax);
        return got >= 0 ? Encoding.UTF8.GetString(data, (int)got).TrimEnd('\n') : throw LinuxException.Last($"read {name}");
    }

    private static Descriptor Open(string name, int flags, string verb)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith('/') || name.Split('/').Contains(".."))
            throw new ArgumentException($"cannot {verb} {name}: expected a name below /proc/sys", nameof(name));
        var fd = Libc.open($"/proc/sys/{name}", flags | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new(fd) : throw LinuxException.Last($"{verb} {name}");
    }
}

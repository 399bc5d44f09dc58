using System.Globalization;
using System.Reflection;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Core.Run;

/// <summary>What the node says of its machine.</summary>
internal static class Facts
{
    private const int DisksMax = 64;

    public static string Version { get; } =
        typeof(Facts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static NodeFacts Read() => new()
    {
        Hostname = Environment.MachineName,
        Cpus = Environment.ProcessorCount,
        MemoryBytes = Memory(),
        Kernel = First("/proc/sys/kernel/osrelease"),
        Version = Version,
        DmiSerial = First("/sys/class/dmi/id/product_serial"),
        DiskSerials = Disks(),
    };

    private static long Memory()
    {
        foreach (var line in File.ReadLines("/proc/meminfo"))
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        return 0;
    }

    private static Values<string> Disks()
    {
        if (!Directory.Exists("/sys/block"))
            return [];
        return Directory.EnumerateDirectories("/sys/block").Order(StringComparer.Ordinal).Take(DisksMax)
            .Select(disk => First(disk + "/device/serial")).Where(serial => serial.Length > 0).ToValues();
    }

    private static string First(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault("").Trim() : "";
        }
        catch (IOException)
        {
            return ""; // some serials of firmware cannot be read; that is a fact too
        }
    }
}

using System.Globalization;

namespace G8os.Cli.Sandboxes;

/// <summary>Bytes for people.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>1.2 MB: powers of 1000, as disks and networks count.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.95 && unit < Units.Length - 1; unit++)
            value /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? $"{bytes}" : $"{value:0.0}")} {Units[unit]}");
    }
}

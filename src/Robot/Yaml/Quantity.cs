using System.Globalization;

namespace G8os.Robot.Yaml;

/// <summary>Numbers and units as blueprints write them. One way to write each: no signs, no leading zeros, no exponents, no sums.</summary>
internal static class Quantity
{
    private const int MaxDigits = 18;
    private static readonly (string Unit, long Milliseconds)[] Times = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    private static readonly (string Unit, long Bytes)[] Sizes = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    public static long? Whole(string text) =>
        text.Length is > 0 and <= MaxDigits && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1)
            ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>10s in milliseconds.</summary>
    public static long? Duration(string text) => WithUnit(text, Times);

    /// <summary>64MiB in bytes.</summary>
    public static long? Size(string text) => WithUnit(text, Sizes);

    /// <summary>0.5 in thousandths; at most three decimals.</summary>
    public static long? Thousandths(string text)
    {
        var parts = text.Split('.');
        if (Whole(parts[0]) is not { } whole || whole > long.MaxValue / 1_000 - 1 || parts.Length > 2)
            return null;
        if (parts.Length == 1)
            return whole * 1_000;
        return parts[1].Length is > 0 and <= 3 && !parts[1].AsSpan().ContainsAnyExceptInRange('0', '9')
            ? whole * 1_000 + int.Parse(parts[1].PadRight(3, '0'), NumberStyles.None, CultureInfo.InvariantCulture) : null;
    }

    private static long? WithUnit(string text, (string Unit, long Factor)[] units)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0 || Whole(text[..digits]) is not { } count)
            return null;
        foreach (var (unit, factor) in units)
        {
            if (text.AsSpan(digits).SequenceEqual(unit))
                return count <= long.MaxValue / factor ? count * factor : null;
        }
        return null;
    }

    public static string TimeText(long milliseconds) => Text(milliseconds, Times);

    public static string SizeText(long bytes) => Text(bytes, Sizes);

    private static string Text(long value, (string Unit, long Factor)[] units)
    {
        var at = value == 0 ? 1 : Array.FindLastIndex(units, unit => value % unit.Factor == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value / units[at].Factor}{units[at].Unit}");
    }
}

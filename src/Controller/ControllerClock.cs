using System.Globalization;

namespace G8os.Controller;

/// <summary>The controller's clock: the machine's, plus the seconds in DATA/clock-shift when a test wants to live in another day.</summary>
internal static class ControllerClock
{
    private static TimeSpan shift;

    public static DateTimeOffset Now => DateTimeOffset.UtcNow + shift;

    public static void Read(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "clock-shift");
        if (File.Exists(file) && double.TryParse(File.ReadAllText(file), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            shift = TimeSpan.FromSeconds(seconds);
    }
}

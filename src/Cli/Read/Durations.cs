using System.Globalization;
using G8os.Client;

namespace G8os.Cli.Read;

/// <summary>Durations as people write them: 500ms, 60s, 5m, 1h30m, 2d. A unit is always needed; 0 needs none.</summary>
internal static class Durations
{
    public const string Form = "a duration like 500ms, 60s, 5m, 1h30m or 2d";
    public static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    private static readonly (string Unit, TimeSpan Span)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
                return false;
            var letters = rest[digits..].IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? rest[digits..] : rest.Slice(digits, letters);
            if (SpanOf(unit) is not { } span)
                return false;
            duration += span * int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[(digits + unit.Length)..];
            if (duration > Max)
                return false;
        }
        return text.Length > 0;
    }

    /// <exception cref="ClientException">It is no duration; <paramref name="option"/> says where it was typed.</exception>
    public static TimeSpan Parse(string text, string option) => TryParse(text, out var duration) ? duration
        : throw new ClientException($"cannot read {option} \"{text}\"", $"it wants {Form}", ExitCode.Usage);

    /// <summary>Whole seconds, rounded up.</summary>
    public static int Seconds(string text, string option) => (int)Math.Ceiling(Parse(text, option).TotalSeconds);

    private static TimeSpan? SpanOf(ReadOnlySpan<char> unit)
    {
        foreach (var (name, span) in Units)
            if (unit.SequenceEqual(name))
                return span;
        return null;
    }
}

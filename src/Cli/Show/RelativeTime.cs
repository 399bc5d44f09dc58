using System.Globalization;

namespace G8os.Cli.Show;

/// <summary>Times as people say them: <c>3 s ago</c>, <c>in 5 min</c>, <c>now</c>.</summary>
internal static class RelativeTime
{
    private static readonly TimeSpan NowSlack = TimeSpan.FromSeconds(1);

    public static string Of(DateTimeOffset? then, DateTimeOffset now)
    {
        if (then is not { } time)
            return "";
        var ago = now - time;
        if (ago.Duration() < NowSlack)
            return "now";
        return ago > TimeSpan.Zero ? $"{Span(ago)} ago" : $"in {Span(-ago)}";
    }

    /// <summary>A span in its largest unit, cut off: 119 s are 1 min.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => Number(span.TotalMilliseconds, "ms"),
        { TotalMinutes: < 1 } => Number(span.TotalSeconds, "s"),
        { TotalHours: < 1 } => Number(span.TotalMinutes, "min"),
        { TotalDays: < 2 } => Number(span.TotalHours, "h"),
        _ => Number(span.TotalDays, "d"),
    };

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{(long)value} {unit}");
}

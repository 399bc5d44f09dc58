using System.Diagnostics;
using Xunit;

namespace G8os.Apps.Tests;

/// <summary>Waiting for a condition with a deadline; the deadline is generous because the machine is shared.</summary>
internal static class Wait
{
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <summary>Looks every 20 ms until the condition holds; says what was seen when it never did.</summary>
    internal static async Task Until(Func<bool> condition, string what, Func<string>? seen = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Long, $"gave up waiting for {what}{(clock.Elapsed < Long || seen is null ? "" : "\n" + seen())}");
            await Task.Delay(20);
        }
    }

    /// <summary>Looks for as long as this; the condition must hold all the time.</summary>
    internal static async Task Stays(Func<bool> condition, TimeSpan time, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time; await Task.Delay(20))
            Assert.True(condition(), $"{what} did not last");
    }
}

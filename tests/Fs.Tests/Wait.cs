using System.Diagnostics;

namespace G8os.Fs.Tests;

/// <summary>Waiting for a condition with a deadline; the deadline is generous because the machine is shared.</summary>
internal static class Wait
{
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    internal static async Task Until(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Long, $"gave up waiting for {what}");
            await Task.Delay(20);
        }
    }
}

using System.Diagnostics;
using Xunit;

namespace G8os.LabTests;

/// <summary>Waiting for a condition with a deadline; the deadline is generous because the machine is shared.</summary>
internal static class Wait
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>Looks every 10 ms until the condition holds.</summary>
    internal static async Task Until(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Long, $"gave up waiting for {what}");
            await Task.Delay(10);
        }
    }
}

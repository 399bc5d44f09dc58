namespace G8os.Controller.Tests;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Eventually
{
    public static async Task Holds(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? ControllerProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
            await timer.WaitForNextTickAsync(deadline.Token);
    }
}

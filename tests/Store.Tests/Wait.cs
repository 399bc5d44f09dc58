namespace G8os.Store.Tests;

/// <summary>The pause of a loop that looks for a condition until its deadline.</summary>
internal static class Wait
{
    public static void AMoment() => Task.Delay(50).Wait();
}

namespace G8os.Controller.Http;

/// <summary>Lets so many a second through; the rest wait their turn.</summary>
internal sealed class Admission(int perSecond)
{
    private readonly Lock gate = new();
    private double next;

    public Task Enter(CancellationToken stop)
    {
        double wait;
        lock (gate)
        {
            var now = Environment.TickCount64;
            next = Math.Max(next, now) + 1000.0 / perSecond;
            wait = next - now - 1000.0 / perSecond;
        }
        return wait < 1 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(wait), stop);
    }
}

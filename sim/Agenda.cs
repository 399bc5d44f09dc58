namespace G8os.Sim;

/// <summary>Virtual time: what happens when, in a fixed order. Nothing ever waits for real.</summary>
public sealed class Agenda
{
    private readonly PriorityQueue<Action, long> queue = new();
    private uint order;

    /// <summary>Milliseconds since the world began.</summary>
    public long Now { get; private set; }

    /// <summary>Things of the same millisecond happen in the order they were asked for.</summary>
    public void At(long time, Action what) => queue.Enqueue(what, (Math.Max(time, Now) << 32) | order++);

    public void In(long delay, Action what) => At(Now + delay, what);

    /// <summary>Lets time pass until <paramref name="end"/>.</summary>
    public void RunUntil(long end)
    {
        while (queue.TryPeek(out _, out var key) && key >> 32 <= end)
        {
            Now = key >> 32;
            queue.Dequeue()();
        }
        Now = end;
    }
}

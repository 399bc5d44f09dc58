namespace G8os.Decisions;

/// <summary>Randomness kept in the state, so that a journal replays to the same waits (splitmix64, public domain constants).</summary>
public readonly record struct Jitter(ulong Seed)
{
    /// <summary>The next state and a number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public (Jitter Next, long Value) Between(long low, long high)
    {
        var next = new Jitter(Seed + 0x9E3779B97F4A7C15);
        var mixed = next.Seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (next, low + (long)(mixed % (ulong)(high - low + 1)));
    }
}

/// <summary>A wait that doubles from First to Max, with full jitter: between a quarter second and the present cap.</summary>
public readonly record struct Backoff(int First, int Max, int Attempt)
{
    private const int Least = 250;

    public Backoff Reset() => this with { Attempt = 0 };

    /// <summary>The wait in milliseconds, never above <paramref name="cap"/>, and the states after it.</summary>
    public (Backoff Next, Jitter Jitter, long Wait) Draw(Jitter jitter, int cap = int.MaxValue)
    {
        var most = Math.Min(Math.Min(Max, cap), (long)First << Math.Min(Attempt, 20));
        var (next, wait) = jitter.Between(Math.Min(Least, most), most);
        return (this with { Attempt = Math.Min(Attempt + 1, 20) }, next, wait);
    }
}

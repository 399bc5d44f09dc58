using G8os.Model;

namespace G8os.Decisions.Sandboxes;

/// <summary>A subject that failed: why, and until when it is left alone.</summary>
public sealed record SandboxRest(Backoff Backoff, long Until, string Reason);

/// <summary>What rests after failures, by subject. A server is needed by readers that wait, so it is started again soon; the rest waits longer each time.</summary>
/// <param name="Items">By subject.</param>
/// <param name="Jitter">Randomness of the waits.</param>
public sealed record SandboxRests(Table<SandboxRest> Items, Jitter Jitter)
{
    private static readonly Backoff server = new(500, 2_000, 0), sandbox = new(1_000, 30_000, 0);

    public SandboxRests Failed(string subject, string reason, long now)
    {
        var (backoff, jitter, wait) = (Items.Find(subject)?.Backoff ?? (subject == SandboxPlanner.ServerSubject ? server : sandbox)).Draw(Jitter);
        return new(Items.With(subject, new(backoff, now + wait, reason)), jitter);
    }

    public SandboxRests Succeeded(string subject) => this with { Items = Items.Without(subject) };

    /// <summary>Those that are still left alone.</summary>
    public IEnumerable<string> At(long now) => Items.Where(item => item.Value.Until > now).Select(item => item.Key);

    public Table<string> Reasons()
    {
        var reasons = Table<string>.Empty;
        foreach (var (subject, rest) in Items)
            reasons = reasons.With(subject, rest.Reason);
        return reasons;
    }
}

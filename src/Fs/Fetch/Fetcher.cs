using System.Diagnostics;
using G8os.Decisions.Sandboxes;
using G8os.Model.Sandboxes;
using G8os.Store.Objects;

namespace G8os.Fs.Fetch;

/// <summary>How a fetch ended.</summary>
internal abstract record FetchOutcome;

/// <summary>The object is in the cache, verified.</summary>
internal sealed record Fetched : FetchOutcome;

/// <summary>Every controller was asked and none has it.</summary>
internal sealed record NotThere(string Reason) : FetchOutcome;

/// <summary>It could not be had now; the next reader tries again.</summary>
internal sealed record FetchFailed(string Reason) : FetchOutcome;

/// <summary>Brings objects into the cache: each once however many wait for it, a few at a time, every try bounded.</summary>
internal sealed class Fetcher(ObjectStore store, SourceList sources, FsLog log) : IDisposable
{
    /// <summary>Objects fetched at once.</summary>
    public const int ParallelMax = 8;
    /// <summary>Objects that are fetched or wait for their turn.</summary>
    private const int QueueMax = 8192;
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectHash, Task<FetchOutcome>> running = [];
    private readonly SemaphoreSlim turns = new(ParallelMax);
    private long fetchedCount, fetchedBytes, failedCount;

    /// <summary>Objects and bytes fetched and fetches that failed, since this server started.</summary>
    public (long Objects, long Bytes, long Failed) Counts => (Volatile.Read(ref fetchedCount), Volatile.Read(ref fetchedBytes), Volatile.Read(ref failedCount));

    /// <summary>Never throws.</summary>
    public Task<FetchOutcome> GetAsync(ObjectHash hash)
    {
        lock (gate)
        {
            if (running.TryGetValue(hash, out var under))
                return under;
            if (running.Count >= QueueMax)
                return Task.FromResult<FetchOutcome>(new FetchFailed($"{QueueMax} objects wait already"));
            return running[hash] = Task.Run(() => RunAsync(hash));
        }
    }

    private async Task<FetchOutcome> RunAsync(ObjectHash hash)
    {
        FetchOutcome outcome;
        try
        {
            outcome = store.Has(hash) ? new Fetched() : await RoundsAsync(hash);
        }
        catch (Exception fault)
        {
            outcome = new FetchFailed($"internal error: {fault}");
        }
        if (outcome is FetchFailed or NotThere)
        {
            Interlocked.Increment(ref failedCount);
            log.Write($"cannot fetch object {hash}: {(outcome is NotThere none ? none.Reason : ((FetchFailed)outcome).Reason)}");
        }
        lock (gate)
            running.Remove(hash);
        return outcome;
    }

    private async Task<FetchOutcome> RoundsAsync(ObjectHash hash)
    {
        var clock = Stopwatch.StartNew();
        for (var rounds = 1; ; rounds++)
        {
            if (!await turns.WaitAsync(TurnLimit))
                return new FetchFailed($"it waited {TurnLimit.TotalSeconds:F0} s for its turn: {ParallelMax} others are fetched and get nowhere");
            List<FetchAttempt> round;
            try
            {
                round = await RoundAsync(hash);
            }
            finally
            {
                turns.Release();
            }
            if (store.Has(hash))
            {
                if (round.Count > 0)
                    log.Write($"fetched object {hash}, but not at once: {FetchRules.Say(round)}");
                return new Fetched();
            }
            if (FetchRules.IsMissing(round))
                return new NotThere(FetchRules.Say(round));
            if (FetchRules.Again(round, rounds, clock.ElapsedMilliseconds) is not { } pause)
                return new FetchFailed(FetchRules.Say(round));
            await Task.Delay(TimeSpan.FromMilliseconds(pause));
        }
    }

    /// <summary>Asks one source after the other until one gave the object; what each of the others said.</summary>
    private async Task<List<FetchAttempt>> RoundAsync(ObjectHash hash)
    {
        var round = new List<FetchAttempt>();
        var now = sources.Now();
        if (now.Fault is { } fault)
            round.Add(new("", FetchFinding.Unreachable, fault));
        foreach (var source in now.InOrder())
        {
            if (await Download.RunAsync(source, hash, store) is not { } failed)
            {
                Interlocked.Increment(ref fetchedCount);
                Interlocked.Add(ref fetchedBytes, store.Length(hash) ?? 0);
                source.Failed = false;
                return round;
            }
            source.Failed = failed.Finding is FetchFinding.Unreachable or FetchFinding.Refused;
            round.Add(failed);
            if (failed.Finding == FetchFinding.NoRoom)
                return round;
        }
        return round;
    }

    public void Dispose() => turns.Dispose();
}

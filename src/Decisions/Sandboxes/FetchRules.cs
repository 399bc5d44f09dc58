namespace G8os.Decisions.Sandboxes;

/// <summary>How one source answered the question for an object.</summary>
public enum FetchFinding
{
    /// <summary>It does not have the object.</summary>
    Missing,
    /// <summary>No connection, no answer in time, or it is too busy: it may be better soon.</summary>
    Unreachable,
    /// <summary>It answers, but not with the object, or is no controller of this grid.</summary>
    Refused,
    /// <summary>What came is not the object: other bytes, too few, too many.</summary>
    Damaged,
    /// <summary>The node itself cannot take it: no room, a disk that fails.</summary>
    NoRoom,
}

/// <summary>One source tried, and why it did not help.</summary>
public sealed record FetchAttempt(string Source, FetchFinding Finding, string Reason);

/// <summary>When a fetch that did not succeed is tried again, how it ends, and how that is told. Times in milliseconds.</summary>
public static class FetchRules
{
    /// <summary>A fetch is not begun anew later than this after its first try: readers must not wait much longer.</summary>
    public const long Patience = 10_000;
    private const long FirstPause = 200, PauseMax = 2_000;

    /// <summary>
    /// How long to pause before all sources are tried once more, or null to give up. Only a source that could not be reached is worth it: what a
    /// controller says for sure is not asked twice, and the next reader asks anew anyway.
    /// </summary>
    /// <param name="round">What each source said in the round that just ended; empty when none is known.</param>
    /// <param name="rounds">Rounds so far, from 1.</param>
    /// <param name="elapsed">Since the fetch began.</param>
    public static long? Again(IReadOnlyList<FetchAttempt> round, int rounds, long elapsed)
    {
        var pause = Math.Min(PauseMax, FirstPause << Math.Min(rounds - 1, 8));
        var hope = round.Count == 0;
        foreach (var attempt in round)
        {
            if (attempt.Finding == FetchFinding.NoRoom)
                return null;
            hope |= attempt.Finding == FetchFinding.Unreachable;
        }
        return hope && elapsed + pause < Patience ? pause : null;
    }

    /// <summary>The object does not exist: every source was asked and none has it. Anything else is an error of input or output.</summary>
    public static bool IsMissing(IReadOnlyList<FetchAttempt> round)
    {
        foreach (var attempt in round)
            if (attempt.Finding != FetchFinding.Missing)
                return false;
        return round.Count > 0;
    }

    /// <summary>Why there is no object, in one line that names every source tried.</summary>
    public static string Say(IReadOnlyList<FetchAttempt> round) =>
        round.Count == 0 ? "no controller is known yet" : string.Join("; ", round.Select(attempt => attempt.Source.Length > 0 ? $"{attempt.Source}: {attempt.Reason}" : attempt.Reason));
}

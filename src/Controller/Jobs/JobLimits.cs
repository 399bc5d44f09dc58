namespace G8os.Controller.Jobs;

/// <summary>What jobs may take.</summary>
internal static class JobLimits
{
    public const int MaxWords = 256;
    public const int MaxCommandBytes = 64 * 1024;
    /// <summary>With the command it fits into one message of a session (1 MiB).</summary>
    public const int MaxStdin = 768 * 1024;
    public const int MaxRequest = 2 * 1024 * 1024;
    public const int MaxTimeSeconds = 30 * 86_400;
    public const int MaxExpiresSeconds = 30 * 86_400;
    public const int MaxUnfinished = 10_000;
    public const int MaxListed = 500;
    public const int MaxReaders = 64;

    /// <summary>Output kept per job and node, and of one job together; a job on many nodes keeps less of each.</summary>
    public const int MaxRing = 1024 * 1024;
    public const int MinRing = 16 * 1024;
    public const int OutputPerJob = 64 * 1024 * 1024;

    /// <summary>Finished jobs stay in memory for late readers, so many and with so many results together.</summary>
    public const int MaxFinished = 128;
    public const int MaxFinishedTargets = 50_000;

    /// <summary>Rows older than this are deleted.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>After our own restart nodes have this long to come back and say what they have, before what was sent to them expires.</summary>
    public static readonly TimeSpan RestartGrace = TimeSpan.FromSeconds(60);
}

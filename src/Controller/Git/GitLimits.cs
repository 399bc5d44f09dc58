namespace G8os.Controller.Git;

/// <summary>What one may ask of the repository.</summary>
internal static class GitLimits
{
    /// <summary>Bytes of one push.</summary>
    public const int MaxPush = 64 * 1024 * 1024;
    /// <summary>Bytes of what a fetch asks for.</summary>
    public const int MaxAsk = 4 * 1024 * 1024;
    /// <summary>Clones and fetches at a time; pushes are one at a time.</summary>
    public const int MaxReaders = 8;
    /// <summary>A whole clone, fetch or push.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(5);
    /// <summary>For a place among the readers, or the end of another push.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    /// <summary>Judging a push.</summary>
    public static readonly TimeSpan HookTime = TimeSpan.FromSeconds(30);
    /// <summary>What git tells its hook of a push.</summary>
    public const int MaxHookInput = 64 * 1024;
    /// <summary>What a hook says to whoever pushes.</summary>
    public const int MaxHookAnswer = 64 * 1024;
    /// <summary>Errors of one push that are said.</summary>
    public const int MaxErrors = 50;
}

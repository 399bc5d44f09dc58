namespace G8os.Client;

/// <summary>The exit codes of <c>g8os</c>: what a script can tell apart.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    /// <summary>A plan found something to do.</summary>
    public const int Changes = 2;
    public const int NotFound = 3;
    public const int Refused = 4;
    public const int Unreachable = 5;
    public const int TimedOut = 6;
    public const int Usage = 64;
    /// <summary>Left by Ctrl-C: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}

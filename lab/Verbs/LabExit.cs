using G8os.Lab.Control;

namespace G8os.Lab.Verbs;

/// <summary>The exit codes of <c>g8os lab</c>, the same as everywhere in <c>g8os</c>.</summary>
public static class LabExit
{
    public const int Ok = 0, Failed = 1, NotFound = 3, Refused = 4, Unreachable = 5, TimedOut = 6, Usage = 64;

    /// <summary>The code for a fault.</summary>
    public static int Of(LabErrorKind kind) => kind switch
    {
        LabErrorKind.NotFound => NotFound,
        LabErrorKind.NotReady => Unreachable,
        _ => Failed,
    };
}

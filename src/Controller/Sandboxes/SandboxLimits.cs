using G8os.Model.Sandboxes;

namespace G8os.Controller.Sandboxes;

/// <summary>What sandboxes may take.</summary>
internal static class SandboxLimits
{
    /// <summary>Bytes of one object.</summary>
    public const long MaxObject = 16L << 30;
    /// <summary>Bytes of one image: it is judged in memory.</summary>
    public const int MaxImage = 128 * 1024 * 1024;
    public const int MaxSandboxes = 10_000;
    /// <summary>Hashes in one question.</summary>
    public const int MaxAsked = 10_000;
    /// <summary>Bytes of such a question.</summary>
    public const int MaxQuestion = MaxAsked * (ObjectHash.TextLength + 3) + 2;
    /// <summary>An object that no sandbox has stays so long after it came or was asked for: somebody may be pushing.</summary>
    public static readonly TimeSpan PushTime = TimeSpan.FromHours(1);
}

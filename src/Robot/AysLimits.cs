namespace G8os.Robot;

/// <summary>How much of a repository is read. Whatever is beyond is an error of the push, never a half-read grid.</summary>
public static class AysLimits
{
    /// <summary>Bytes of one file.</summary>
    public const int MaxFileBytes = 256 * 1024;
    /// <summary>Bytes of all files that are read.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;
    /// <summary>Files that are read.</summary>
    public const int MaxFiles = 2_000;
    /// <summary>Documents of one file.</summary>
    public const int MaxDocuments = 1_000;
    /// <summary>Lists and maps within each other.</summary>
    public const int MaxDepth = 16;
    public const int MaxNodes = 1_000;
    /// <summary>Instances of apps in the whole grid.</summary>
    public const int MaxServices = 10_000;
    /// <summary>Instances that one app waits for.</summary>
    public const int MaxProducers = 1_000;
    /// <summary>Errors that are told; the others are counted.</summary>
    public const int MaxErrors = 50;

    /// <summary>Errors that are remembered before they are ordered and cut.</summary>
    internal const int MaxRemembered = 1_000;
    /// <summary>Names that misspelt ones are compared with, in one reading: finding the nearest word is for people, who have few errors at a time.</summary>
    internal const int MaxCompared = 20_000;
    internal const int MaxNamesListed = 8;

    internal const int MaxMacs = 256;
    internal const int MaxLabels = 32;
    internal const int MaxSandboxes = 32;
    internal const int MaxArgs = 256;
    internal const int MaxEnv = 256;
    /// <summary>Characters of an argument or a variable's value.</summary>
    internal const int MaxText = 4_096;
    /// <summary>Characters of a path; Linux has no longer ones (PATH_MAX).</summary>
    internal const int MaxPath = 4_095;
    internal const int MaxPorts = 32;
    internal const int MaxConsumes = 64;
    internal const int MaxHealth = 8;
}

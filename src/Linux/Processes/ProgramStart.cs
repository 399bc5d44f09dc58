namespace G8os.Linux.Processes;

/// <summary>What to start. Nothing is inherited but what is named here: no descriptor, no ignored signal, no blocked signal, no terminal.</summary>
public sealed record ProgramStart
{
    /// <summary>What a program of a machine without users needs.</summary>
    public static readonly IReadOnlyList<string> PlainEnvironment =
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=linux"];

    /// <summary>The program and its arguments. A program without a slash is looked up in PATH of <see cref="Environment"/>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>"NAME=value" each; null takes ours.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Working directory; null takes ours.</summary>
    public string? Directory { get; init; }

    /// <summary>Descriptor for standard input; null is /dev/null.</summary>
    public int? Input { get; init; }

    /// <summary>Descriptor for standard output; null is /dev/null.</summary>
    public int? Output { get; init; }

    /// <summary>Descriptor for standard error; null is /dev/null.</summary>
    public int? Error { get; init; }

    /// <summary>More descriptors: ours, and the number the child sees, 3–63.</summary>
    public IReadOnlyList<(int Ours, int Theirs)> Inherited { get; init; } = [];
}

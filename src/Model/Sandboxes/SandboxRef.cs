using System.Diagnostics.CodeAnalysis;

namespace G8os.Model.Sandboxes;

/// <summary>
/// One version of a sandbox, <c>NAME@VERSION</c>. Both are directory names, parts of URLs and of mount options everywhere, so their letters are few:
/// a name has 1 to 63 lower-case letters, digits and dashes and begins and ends with no dash; a version 1 to 63 letters, digits and <c>. _ + -</c>
/// and begins with a letter or digit.
/// </summary>
public readonly record struct SandboxRef(string Name, string Version)
{
    public const int MaxName = 63;
    public const int MaxVersion = 63;
    /// <summary>What a name is, for messages.</summary>
    public const string NameRule = "expected 1 to 63 lower-case letters, digits and dashes, like \"os-tools\"";
    /// <summary>What a version is, for messages.</summary>
    public const string VersionRule = "expected 1 to 63 letters, digits and . _ + -, like \"1.0\"";

    public static bool IsName([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxName } && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public static bool IsVersion([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxVersion } && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-');

    /// <summary>NAME@VERSION, whole and valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SandboxRef sandbox)
    {
        var parts = text?.Split('@') ?? [];
        sandbox = parts is [var name, var version] && IsName(name) && IsVersion(version) ? new(name, version) : default;
        return sandbox != default;
    }

    public override string ToString() => $"{Name}@{Version}";
}

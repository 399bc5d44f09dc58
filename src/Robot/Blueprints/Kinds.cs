using System.Text.RegularExpressions;
using G8os.Decisions.Keys;
using G8os.Model.Sandboxes;

namespace G8os.Robot.Blueprints;

/// <summary>What names and words of blueprints look like.</summary>
internal static partial class Kinds
{
    public const string AppName = "a name of 1 to 63 lower-case letters, digits and dashes, like web-1";
    public const string NodeName = "a name of 1 to 63 lower-case letters, digits and dashes that is no node id, like gent-01";
    public const string NodeId = "a node id, 32 lower-case hex digits";
    public const string Mac = "the MAC of one network card, six hex pairs, like 52:54:00:aa:bb:01";
    public const string Sandbox = "a sandbox, NAME@VERSION or NAME for its newest version, like hello@1.0";
    public const string Alias = "a word of 1 to 63 lower-case letters, digits, _ and -, like db";
    public const string Path = "an absolute path without . and .. and controls in it, like /usr/bin/hello";
    public const string User = "a user of the sandbox or a number, like nobody or 65534";
    public const string Variable = "a variable's name, letters, digits and _, like PORT";
    public const string LabelKey = "a label, 1 to 63 letters, digits and . _ / -, like site";
    public const string LabelValue = "a label's value, up to 63 letters, digits and . _ : / -";

    public static bool IsAppName(string text) => SandboxRef.IsName(text);

    public static bool IsNodeName(string text) => SandboxRef.IsName(text) && !P256.IsNodeId(text);

    public static bool IsNodeId(string text) => P256.IsNodeId(text);

    /// <summary>Of one card: neither a group's address nor nothing.</summary>
    public static bool IsMac(string text) => MacPattern().IsMatch(text) && (Convert.FromHexString(text.AsSpan(0, 2))[0] & 1) == 0 && text != "00:00:00:00:00:00";

    public static bool IsSandbox(string text) => SandboxRef.IsName(text) || SandboxRef.TryParse(text, out _);

    public static bool IsPath(string text) => text.Length <= AysLimits.MaxPath && text.StartsWith('/') && !text.Any(char.IsControl) && (text == "/" || text[1..].Split('/').All(part => part is not ("" or "." or "..")));

    [GeneratedRegex("^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\\z")]
    private static partial Regex MacPattern();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,62}\\z")]
    public static partial Regex AliasPattern();

    [GeneratedRegex("^([a-z_][a-z0-9_-]{0,30}|0|[1-9][0-9]{0,8})\\z")]
    public static partial Regex UserPattern();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,127}\\z")]
    public static partial Regex VariablePattern();

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?\\z")]
    public static partial Regex LabelKeyPattern();

    [GeneratedRegex("^[A-Za-z0-9._:/-]{0,63}\\z")]
    public static partial Regex LabelValuePattern();
}

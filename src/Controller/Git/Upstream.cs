using System.Text.RegularExpressions;

namespace G8os.Controller.Git;

/// <summary>A repository elsewhere and its branch.</summary>
internal sealed partial record Upstream(string Url, string Branch)
{
    /// <summary>The protocols that are fetched over (git's GIT_ALLOW_PROTOCOL): no helper program can be named by a URL.</summary>
    public const string Protocols = "https:http:ssh:git:file";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\z")]
    private static partial Regex BranchName();

    /// <summary>Reads URL#BRANCH; without a branch it is main. Null when it is neither a URL, an ssh address (USER@HOST:PATH) nor an absolute path.</summary>
    public static Upstream? Parse(string text)
    {
        var hash = text.LastIndexOf('#');
        var (url, branch) = hash < 0 ? (text, Decisions.Git.PushRules.Branch) : (text[..hash], text[(hash + 1)..]);
        var known = url.StartsWith('/') || url.Contains('@', StringComparison.Ordinal) && url.Contains(':', StringComparison.Ordinal)
            || Uri.TryCreate(url, UriKind.Absolute, out var uri) && Protocols.Split(':').Contains(uri.Scheme);
        return known && !url.StartsWith('-') && !url.Any(char.IsWhiteSpace) && BranchName().IsMatch(branch) ? new(url, branch) : null;
    }

    /// <summary>As it may be shown: without a password.</summary>
    public string Shown => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':', StringComparison.Ordinal)
        ? $"{Url.Replace(uri.UserInfo, uri.UserInfo.Split(':')[0], StringComparison.Ordinal)}#{Branch}" : ToString();

    public override string ToString() => $"{Url}#{Branch}";
}

using G8os.Client;

namespace G8os.Cli.Read;

/// <summary>A node as it is typed: its name or id, with or without <c>node/</c> before it.</summary>
internal static class NodeName
{
    private const string Prefix = "node/";

    public static string Bare(string typed) => typed.StartsWith(Prefix, StringComparison.Ordinal) ? typed[Prefix.Length..] : typed;

    /// <summary>The name in <c>node/NAME</c>.</summary>
    /// <exception cref="ClientException">It is not of that form.</exception>
    public static string Of(string typed)
    {
        var slash = typed.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && !typed.StartsWith(Prefix, StringComparison.Ordinal))
            throw new ClientException($"cannot look at \"{typed}\": \"{typed[..slash]}\" is not a type", "it wants node/NAME", ExitCode.Usage);
        return Bare(typed) is { Length: > 0 } name ? name
            : throw new ClientException($"cannot look at \"{typed}\": it names no node", "it wants node/NAME", ExitCode.Usage);
    }
}

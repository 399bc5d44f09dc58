namespace G8os.Cli.Read;

/// <summary>A node as it is typed: its name or id, with or without <c>node/</c> before it.</summary>
internal static class NodeName
{
    private const string Prefix = "node/";

    public static string Bare(string typed) => typed.StartsWith(Prefix, StringComparison.Ordinal) ? typed[Prefix.Length..] : typed;
}

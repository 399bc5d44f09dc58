using System.Globalization;

namespace G8os.Core.Run.Apps;

/// <summary>What a container's first process is called among init's children: app-NAME.ATTEMPT.</summary>
internal readonly record struct ContainerName(string App, long Attempt)
{
    public const string Prefix = "app-";

    public static ContainerName? Parse(string child)
    {
        var dot = child.LastIndexOf('.');
        return child.StartsWith(Prefix, StringComparison.Ordinal) && dot > Prefix.Length
            && long.TryParse(child.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? new ContainerName(child[Prefix.Length..dot], attempt)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{App}.{Attempt}");
}

using G8os.Model.Toml;

namespace G8os.Model.Network;

// The [fallback] table: which of the seed's steps 2 (DHCP) and 3 (rescue LAN) may be taken, and on which links never.
public static partial class NetToml
{
    public const int MaxExcluded = 256;
    /// <summary>A kernel name of a link has at most 15 bytes (IFNAMSIZ, linux/if.h).</summary>
    public const int MaxNameLength = 15;

    private static FallbackConfig ReadFallback(TomlReader fallback, Values<LinkConfig> links)
    {
        var excluded = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in fallback.Strings("exclude", MaxExcluded))
        {
            if (!IsLinkName(name.Text))
                fallback.Errors.Add(name.Place, $"bad link name {Words.Quote(name.Text)}: {NameRule}");
            else if (!excluded.Add(name.Text))
                fallback.Errors.Add(name.Place, $"{Words.Quote(name.Text)} is written twice in {fallback.Name("exclude")}");
            else if (links.FirstOrDefault(link => link.Name == name.Text) is { Mode: not LinkMode.None })
                fallback.Errors.Add(name.Place, $"{Words.Quote(name.Text)} is excluded, so its table [link.{name.Text}] would do nothing; write mode = \"none\" there, or do not exclude it");
        }
        var config = new FallbackConfig
        {
            Dhcp = fallback.Boolean("dhcp") ?? true,
            Rescue = fallback.Boolean("rescue") ?? true,
            Exclude = excluded.ToValues(),
        };
        fallback.End();
        return config;
    }

    private const string NameRule = "a name has 1 to 15 letters, digits, '-', '_' or '.', and starts with a letter or digit";

    private static bool IsLinkName(string name) =>
        name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

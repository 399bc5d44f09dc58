using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>A link as the kernel has it.</summary>
public sealed record LinkStatus
{
    /// <summary>The kernel's name: eth0.</summary>
    public required string Name { get; init; }
    public required int Index { get; init; }
    public required string Mac { get; init; }
    public bool Up { get; init; }
    public bool Carrier { get; init; }
    public int Mtu { get; init; }
    public string Driver { get; init; } = "";
    public string Path { get; init; } = "";
}

/// <summary>What a DHCP server gave.</summary>
public sealed record Lease
{
    /// <summary>ADDRESS/PREFIX.</summary>
    public required string Address { get; init; }
    public string? Router { get; init; }
    /// <summary>Settable: an init-only member that the JSON leaves out would be null.</summary>
    public Values<string> Dns { get; set; } = [];
    public int Seconds { get; init; }
}

/// <summary>Which table of net.toml a link belongs to and whether it may be touched at all.</summary>
public static class LinkRoles
{
    public static LinkConfig? ConfigOf(NetConfig config, LinkStatus link)
    {
        foreach (var table in config.Links)
            if (Matches(table.Match, link))
                return table;
        return null;
    }

    /// <summary>False for links with mode "none" and excluded ones: nothing is ever changed on them.</summary>
    public static bool Touchable(NetConfig config, LinkStatus link)
    {
        var table = ConfigOf(config, link);
        if (table?.Mode == LinkMode.None)
            return false;
        foreach (var excluded in config.Fallback.Exclude)
            if (excluded == link.Name || excluded == table?.Name)
                return false;
        return true;
    }

    private static bool Matches(LinkMatch match, LinkStatus link) =>
        match.Mac is { } mac ? mac == link.Mac
        : match.Path is { } path ? Like(path, link.Path)
        : match.Driver is { } driver ? Like(driver, link.Driver)
        : match.Name is { } name && Like(name, link.Name);

    /// <summary>Shell pattern with * and ?, linear in the product of both lengths.</summary>
    public static bool Like(string pattern, string text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || (pattern[p] != '*' && pattern[p] == text[t])))
                (p, t) = (p + 1, t + 1);
            else if (p < pattern.Length && pattern[p] == '*')
                (star, mark, p) = (p, t, p + 1);
            else if (star >= 0)
                (p, mark, t) = (star + 1, mark + 1, mark + 1);
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}

using System.Buffers;
using G8os.Model.Toml;

namespace G8os.Model.Network;

// "match" of a link: which hardware is meant.
public static partial class NetToml
{
    private const int MaxPattern = 128;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] MatchKinds = ["mac", "path", "driver", "name"];

    /// <param name="link">The link's table.</param>
    /// <param name="taken">Which link matches what already: "mac 52:54:…" → the link's name.</param>
    /// <param name="name">The link's name.</param>
    private static LinkMatch? ReadMatch(TomlReader link, Dictionary<string, string> taken, string name)
    {
        if (!link.Has("match"))
            link.Missing("match", """match = { mac = "52:54:00:00:00:01" }""");
        if (link.Section("match") is not { } match)
            return null;
        var words = MatchKinds.Select(kind => (Kind: kind, Word: match.String(kind))).Where(found => match.Has(found.Kind)).ToArray();
        match.End();
        if (words.Length != 1)
        {
            var found = words.Length == 0 ? "nothing" : string.Join(" and ", words.Select(word => word.Kind));
            match.Errors.Add(match.Table.Place, $"{match.Table.Title}: expected exactly one of {string.Join(", ", MatchKinds)}; found {found}");
            return null;
        }
        var (kind, word) = words[0];
        if (word is not { } text || (kind == "mac" ? ReadMac(match, text) : ReadPattern(match, kind, text)) is not { } wanted)
            return null;
        if (!taken.TryAdd($"{kind} {wanted}", name))
            match.Errors.Add(text.Place, $"{kind} {Words.Quote(wanted)} is matched by [link.{taken[$"{kind} {wanted}"]}] already");
        return kind switch
        {
            "mac" => new() { Mac = wanted },
            "path" => new() { Path = wanted },
            "driver" => new() { Driver = wanted },
            _ => new() { Name = wanted },
        };
    }

    private static string? ReadMac(TomlReader match, TomlString mac)
    {
        var text = mac.Text;
        var shaped = text.Length == 17 && Enumerable.Range(0, 17).All(i => i % 3 == 2 ? text[i] == ':' : HexDigits.Contains(text[i]));
        if (!shaped)
            match.Errors.Add(mac.Place, $"bad MAC {Words.Quote(text)}: expected six hex pairs, like \"52:54:00:00:00:01\"");
        else if ((Convert.FromHexString(text.AsSpan(0, 2))[0] & 1) != 0)
            match.Errors.Add(mac.Place, $"bad MAC {Words.Quote(text)}: it is a group's address, no card has it");
        else if (text == "00:00:00:00:00:00")
            match.Errors.Add(mac.Place, $"bad MAC {Words.Quote(text)}: no card has it");
        else
            return text.ToLowerInvariant();
        return null;
    }

    private static string? ReadPattern(TomlReader match, string kind, TomlString pattern)
    {
        if (pattern.Text.Length is > 0 and <= MaxPattern && !pattern.Text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return pattern.Text;
        match.Errors.Add(pattern.Place, $"bad {kind} {Words.Quote(pattern.Text)}: expected 1 to {MaxPattern} visible ASCII characters; * and ? stand for others");
        return null;
    }
}

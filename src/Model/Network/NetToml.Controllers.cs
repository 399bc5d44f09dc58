using G8os.Model.Toml;

namespace G8os.Model.Network;

// The [controllers] table: whom the node looks for, and the pin by which it knows them.
public static partial class NetToml
{
    public const int MaxUrls = 16;
    private const int MaxUrlLength = 512;
    private const string PinPrefix = "sha256:";
    private const int PinDigits = 64;

    private static ControllersConfig ReadControllers(TomlReader controllers)
    {
        var trust = controllers.String("trust") is { } pin ? ReadPin(controllers, pin) : null;
        var urls = new List<string>();
        foreach (var url in controllers.Strings("urls", MaxUrls))
        {
            if (ReadUrl(controllers, url) is not { } good)
                continue;
            if (urls.Contains(good))
                controllers.Errors.Add(url.Place, $"{Words.Quote(good)} is written twice in {controllers.Table.Title}");
            urls.Add(good);
        }
        if (!controllers.Has("urls"))
            controllers.Missing("urls", """urls = ["https://192.0.2.1:8443"]""");
        else if (controllers.Table.Find("urls")?.Value is { Kind: TomlKind.Array, Items.Count: 0 } empty)
            controllers.Errors.Add(empty.Place, "\"urls\" in [controllers]: at least one controller is needed");
        controllers.End();
        return new() { Trust = trust, Urls = urls.ToValues() };
    }

    private static string? ReadPin(TomlReader controllers, TomlString pin)
    {
        var digits = pin.Text.AsSpan(Math.Min(pin.Text.Length, PinPrefix.Length));
        if (!pin.Text.StartsWith(PinPrefix, StringComparison.Ordinal))
            controllers.Errors.Add(pin.Place, $"bad pin {Words.Quote(pin.Text)}: expected \"{PinPrefix}\" and {PinDigits} hex digits");
        else if (digits.Length != PinDigits)
            controllers.Errors.Add(pin.Place, $"bad pin: expected {PinDigits} hex digits after \"{PinPrefix}\", found {digits.Length} characters");
        else if (digits.IndexOfAnyExcept(HexDigits) is var wrong and >= 0)
            controllers.Errors.Add(pin.Place, $"bad pin: {Words.Quote(digits[wrong].ToString())} is no hex digit");
        else
            return pin.Text.ToLowerInvariant();
        return null;
    }

    /// <summary>The URL without a trailing slash, or null when it is wrong.</summary>
    private static string? ReadUrl(TomlReader controllers, TomlString url)
    {
        var http = url.Text.StartsWith("http://", StringComparison.Ordinal);
        string? fault = null;
        if (!http && !url.Text.StartsWith("https://", StringComparison.Ordinal))
            fault = "expected https:// or http://";
        else if (url.Text.Length > MaxUrlLength)
            fault = $"at most {MaxUrlLength} characters are read";
        else if (url.Text.AsSpan().ContainsAnyExceptInRange('!', '~') || url.Text.AsSpan().ContainsAny('\\', '@')
            || !Uri.TryCreate(url.Text, UriKind.Absolute, out var uri) || uri.Port == 0 || !IsPlainHost(uri))
            fault = "expected SCHEME://HOST:PORT, where HOST is a name, an IPv4 address or an [IPv6 address]";
        else if (uri.PathAndQuery != "/" || url.Text.AsSpan().ContainsAny('?', '#'))
            fault = "a controller has no path, query or fragment";
        else if (http && !controllers.Has("trust"))
            fault = "http:// needs \"trust\" in [controllers], since only the pin tells who answers";
        if (fault is null)
            return url.Text.TrimEnd('/');
        controllers.Errors.Add(url.Place, $"bad controller {Words.Quote(url.Text)}: {fault}");
        return null;
    }

    /// <summary>Uri reads 10.1 and 0x0a000001 as IPv4 addresses; only what reads back as written is meant.</summary>
    private static bool IsPlainHost(Uri uri) => uri.HostNameType switch
    {
        UriHostNameType.IPv4 => uri.OriginalString.AsSpan(uri.Scheme.Length + 3).StartsWith(uri.Host, StringComparison.Ordinal),
        UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => uri.Host.Split('.').All(label => label.Length <= 63) && uri.Host.Length <= 253,
        _ => false,
    };
}

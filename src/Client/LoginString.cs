using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Client;

/// <summary>
/// What <c>g8os login</c> is given: a URL, or the string that carries pin and token with it:
/// <c>https://HOST:8443#pin=sha256:…&amp;token=…</c>. Nothing after # is ever sent.
/// </summary>
public sealed record LoginString(string Url, string? Pin, string? Token)
{
    public const int LengthMax = 4096;

    /// <exception cref="ClientException">It is no such string; says what was expected.</exception>
    public static LoginString Parse(string text)
    {
        var trimmed = text.Trim();
        var hash = trimmed.IndexOf('#', StringComparison.Ordinal);
        var address = hash < 0 ? trimmed : trimmed[..hash];
        if (!address.Contains("://", StringComparison.Ordinal))
            address = "https://" + address;
        if (trimmed.Length > LengthMax || !Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw Wrong("it is neither a URL nor a login string");
        if (url.Scheme != Uri.UriSchemeHttps)
            throw Wrong("operators speak https only");
        var (pin, token) = hash < 0 ? (null, null) : Fragment(trimmed[(hash + 1)..]);
        var port = url.IsDefaultPort && !HasPort(address) ? Routes.ApiPort : url.Port;
        return new LoginString(new UriBuilder(url.Scheme, url.Host, port).Uri.GetLeftPart(UriPartial.Authority), pin, token);
    }

    private static bool HasPort(string address) => address.TrimEnd('/').EndsWith(":443", StringComparison.Ordinal);

    private static (string? Pin, string? Token) Fragment(string fragment)
    {
        string? pin = null, token = null;
        foreach (var pair in fragment.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var value = Uri.UnescapeDataString(pair[(equals + 1)..]);
            switch (equals < 0 ? "" : pair[..equals])
            {
                case "pin": pin = CheckedPin(value); break;
                case "token": token = value; break;
                default: throw Wrong($"\"{(equals < 0 ? pair : pair[..equals])}\" after # is not known, pin and token are");
            }
        }
        return (pin, token);
    }

    /// <summary>The pin, or an error that says how one looks.</summary>
    public static string CheckedPin(string pin) => GridChain.IsPin(pin) ? pin : throw new ClientException(
        $"cannot take the pin \"{pin}\": a pin is sha256: and 64 hex digits", "g8os-controller login-link prints it", ExitCode.Usage);

    private static ClientException Wrong(string reason) => new($"cannot read the login string: {reason}",
        "it looks like https://HOST:8443#pin=sha256:…&token=…; g8os-controller login-link prints it", ExitCode.Usage);
}

using System.Text;
using G8os.Model.Network;
using G8os.Model.Toml;

namespace G8os.Fuzz;

/// <summary>net.toml: never throws, a configuration or errors but not both, errors that a terminal can show, and what was read is written and read back equal.</summary>
internal static class NetTomlTarget
{
    private const int MaxMessage = 2000;

    public static readonly string[] Words =
    [
        "[controllers]\n", "trust", "urls", "[fallback]\n", "dhcp", "rescue", "exclude", "[link.a]\n", "[[link.a]]\n", "match", "mac", "path", "driver", "name",
        "mode", "static", "slaac", "none", "addresses", "gateway", "dns", "mtu", "routes", "to", "via", "metric", "[bond.b]\n", "[vlan", "[ovs",
        "\"https://192.0.2.1:8443\"", "\"http://", "\"sha256:", "\"192.0.2.10/24\"", "\"2001:db8::1/64\"", "\"52:54:00:00:00:01\"", "true", "false",
        "= ", ".", ",", "[", "]", "{", "}", "[[", "]]", "\"", "'", "\"\"\"", "'''", "\\u0000", "\\U0010FFFF", "\\ud800", "\r\n", "\n", "#", "\ufeff",
        "0x", "-1", "1e9", "9223372036854775807", "1979-05-27T07:32:00Z", "inf", "nan", "_",
    ];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var result = NetToml.Parse(Encoding.UTF8.GetString(input), "net.toml");
        if (result.Config is null == (result.Errors.Count == 0))
            throw new BrokenPromiseException($"configuration: {result.Config is not null}, errors: {result.Errors.Count}");
        if (result.Errors.Count > TomlErrors.MaxErrors)
            throw new BrokenPromiseException($"{result.Errors.Count} errors");
        foreach (var error in result.Errors)
            Check(error);
        if (result.Config is { } config && NetToml.Parse(NetToml.Write(config), "written") is var again && !config.Equals(again.Config))
            throw new BrokenPromiseException($"written and read again it differs: {again.Errors}\n{NetToml.Write(config)}");
    }

    private static void Check(ConfigError error)
    {
        if (error.Line < 1 || error.Column < 1)
            throw new BrokenPromiseException($"an error at no place: {error}");
        if (error.Message.Length is 0 or > MaxMessage || error.Message.Any(char.IsControl))
            throw new BrokenPromiseException($"an error that cannot be shown: {error}");
    }
}

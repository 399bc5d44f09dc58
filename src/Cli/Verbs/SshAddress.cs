using System.Globalization;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>Where a node's sshd is reached: a host or address, and a port.</summary>
internal sealed record SshAddress(string Host, int Port)
{
    public const int StandardPort = 22;

    /// <summary>HOST, HOST:PORT or [ADDRESS]:PORT; a bare IPv6 address is one too.</summary>
    /// <exception cref="ClientException">It is none of these.</exception>
    public static SshAddress Parse(string text, string where)
    {
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        var colon = text.LastIndexOf(':');
        var isBare = bracket < 0 && (colon < 0 || text.IndexOf(':', StringComparison.Ordinal) != colon);
        var (host, port) = isBare ? (text, $"{StandardPort}")
            : bracket == text.Length - 1 ? (text[1..bracket], $"{StandardPort}")
            : (text[..Math.Max(0, colon)].Trim('[', ']'), text[(colon + 1)..]);
        if (host.Length == 0 || host.StartsWith('-') || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            throw new ClientException($"cannot read the address {where}\"{text}\"", "it wants HOST:PORT", ExitCode.Usage);
        return new SshAddress(host, number);
    }
}

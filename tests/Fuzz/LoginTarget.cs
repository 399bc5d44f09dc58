using System.Text;
using G8os.Client;
using G8os.Decisions.Keys;

namespace G8os.Fuzz;

/// <summary>What an operator pastes after <c>g8os login</c>: an https URL with at most a pin and a token, or one sentence.</summary>
internal static class LoginTarget
{
    public static readonly string[] Words = ["https://", "http://", "#", "pin=", "&", "token=", "sha256:", "%", "%00", ":443", ":8443", "[2001:db8::1]", "@", "/", "\\", " ", new string('a', 64)];

    public static void Run(ReadOnlySpan<byte> input)
    {
        LoginString login;
        try
        {
            login = LoginString.Parse(Encoding.UTF8.GetString(input));
        }
        catch (ClientException refused)
        {
            if (refused.Message.Length == 0)
                throw new BrokenPromiseException("refused without words");
            return;
        }
        if (!Uri.TryCreate(login.Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.PathAndQuery != "/" || url.UserInfo.Length > 0)
            throw new BrokenPromiseException($"the URL {login.Url}");
        if (login.Pin is { } pin && !GridChain.IsPin(pin))
            throw new BrokenPromiseException($"the pin {pin}");
    }
}

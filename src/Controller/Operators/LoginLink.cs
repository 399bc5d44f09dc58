using G8os.Controller.Grid;
using G8os.Controller.Storage;

namespace G8os.Controller.Operators;

/// <summary>The string an operator signs in with: <c>URL#pin=sha256:…&amp;token=…</c>. The pin is the grid's root: the CLI checks the chain from it before it sends the token.</summary>
internal static class LoginLink
{
    public static string Format(string url, string pin, string token) => $"{url.TrimEnd('/')}#pin={pin}&token={token}";

    /// <summary>Makes a fresh admin token beside a running (or stopped) controller; returns the string.</summary>
    public static async Task<string> Make(string data, string? url)
    {
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme == "https" && given.Fragment.Length == 0))
            throw new StartFault($"cannot use --url {url}: it must be like https://HOST:8443");
        var directory = DataDirectory.Visit(data);
        await using var database = Database.Open(directory.Database);
        var pin = Settings.Get(database, Settings.Pin);
        var address = url ?? Settings.Get(database, Settings.Url);
        if (pin is null || address is null)
            throw new StartFault($"cannot make a login string: the controller in {data} has not been started yet; start it once");
        return Format(address, pin, await new OperatorTokens(database).MakeAdmin());
    }
}

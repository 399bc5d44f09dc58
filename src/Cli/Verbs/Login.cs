using System.CommandLine;
using System.Text;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os login</summary>
internal static class Login
{
    private const int SecretBytesMax = 16 * 1024;

    public static Verb Verb => new("login", "Log in to a grid: check it from its pin, and keep it as a context.", command =>
    {
        var where = new Argument<string>("url") { HelpName = "URL|LOGIN-STRING", Description = "The controller's URL, or the login string that carries pin and token; - reads it from standard input" };
        var pin = new Option<string?>("--pin") { HelpName = "PIN", Description = "The grid's pin, sha256:…" };
        var tokenFile = new Option<string?>("--token-file") { HelpName = "FILE", Description = "The file that holds the token; - is standard input" };
        var name = new Option<string?>("--name") { HelpName = "CONTEXT", Description = "The context's name; the grid's name when it is not given" };
        var reach = new Option<string[]>("--reach") { HelpName = "NODE=HOST:PORT", Description = "Where a node's ssh is reached, when not by its own address; may be repeated" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(where);
        foreach (var option in (ReadOnlySpan<Option>)[pin, tokenFile, name, reach, json])
            command.Options.Add(option);
        return async call =>
        {
            var typed = call.Get(where);
            var login = LoginString.Parse(typed == "-" ? await SecretAsync(call, "-") : typed);
            var checkedPin = call.Get(pin) is { } given ? LoginString.CheckedPin(given) : login.Pin ?? throw await NoPinAsync(login.Url, call);
            var token = call.Get(tokenFile) is { } file ? await SecretAsync(call, file) : login.Token ?? await AskTokenAsync(call, login.Url);
            var context = await GridLogin.ProveAsync(call.Contexts, login.Url, checkedPin, token, call.Cancel);
            context = context with { Name = call.Get(name) ?? context.Name, Reach = Reach(call.Get(reach)) };
            await SaveAsync(call, context, call.Get(json));
            return ExitCode.Ok;
        };
    })
    {
        Examples =
        [
            "g8os login 'https://192.0.2.1:8443#pin=sha256:…&token=…'",
            "g8os login https://192.0.2.1:8443 --pin sha256:… --token-file ~/grid.token",
            "ssh ac1 g8os-controller login-link | g8os login -",
        ],
    };

    private static async Task SaveAsync(Call call, ClientContext context, bool json)
    {
        await call.Contexts.UpdateAsync(file => file.With(context), call.Cancel);
        var git = await GitSetup.KnowAsync(call.Here, call.Contexts, context);
        if (git.Length > 0)
            call.Here.Error.WriteLine(Clean.Line($"git does not know this controller yet: {git}"));
        if (json)
            call.Here.Out.WriteLine(Json.Pretty(new ContextView(context.Name, true, context.Url, context.Pin, context.Reach), CliJson.Default.ContextView));
        else
            call.Here.Out.WriteLine(Clean.Line($"Logged in to {context.Name} at {context.Url}. Look around: g8os status"));
    }

    private static SortedDictionary<string, string> Reach(string[] typed)
    {
        var reach = Labels.Parse(typed, "--reach");
        foreach (var (node, address) in reach)
            SshAddress.Parse(address, $"--reach {node}=");
        return reach;
    }

    private static async Task<ClientException> NoPinAsync(string url, Call call)
    {
        var claimed = await GridTrust.ClaimedPinAsync(url, call.Cancel);
        return new ClientException($"cannot log in to {url} without the grid's pin{(claimed is null ? "" : $" (it claims to be {claimed})")}",
            "give --pin with what g8os-controller login-link prints on the controller", ExitCode.Usage);
    }

    /// <summary>The first line of a file or of the standard input.</summary>
    private static async Task<string> SecretAsync(Call call, string file)
    {
        try
        {
            await using var stream = file == "-" ? call.Here.Input() : File.OpenRead(file);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var text = new char[SecretBytesMax];
            var length = await reader.ReadBlockAsync(text, call.Cancel);
            var line = new string(text, 0, length).Split('\n')[0].Trim();
            return line.Length > 0 ? line : throw new ClientException($"cannot read a token from {file}: its first line is empty", "", ExitCode.Usage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException($"cannot read {file}: {e.Message}", "", ExitCode.Failed, e);
        }
    }

    private static async Task<string> AskTokenAsync(Call call, string url)
    {
        if (!call.Here.InputIsTerminal || !call.Here.ErrorIsTerminal)
            throw new ClientException($"cannot log in to {url} without a token", "give --token-file FILE, or - for standard input", ExitCode.Usage);
        call.Here.Error.Write($"Token for {url}: ");
        var token = new StringBuilder();
        while (token.Length < SecretBytesMax)
        {
            var key = await Task.Run(() => Console.ReadKey(intercept: true), call.Cancel);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                token.Length = Math.Max(0, token.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                token.Append(key.KeyChar);
        }
        call.Here.Error.WriteLine();
        return token.ToString();
    }
}

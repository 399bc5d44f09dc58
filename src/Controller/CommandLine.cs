using System.Globalization;
using System.Net;
using System.Reflection;

namespace G8os.Controller;

/// <summary>What is to be done.</summary>
internal abstract record Command;
internal sealed record Serve(ControllerOptions Options) : Command;
internal sealed record MakeLoginLink(string Data, string? Url) : Command;
internal sealed record Show(string Text) : Command;
/// <summary>Git calls this program as its hook.</summary>
internal sealed record RunHook(string Name) : Command;
/// <summary>The words make no sense: the sentence says why; exit code 64.</summary>
internal sealed record Misuse(string Message) : Command;

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public static string Version =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public const string Help = """
        g8os-controller: enrolment, unlock, certificates, node sessions, jobs and the operator API of a g8os grid

        Examples
          g8os-controller                                    a whole controller, data in /var/lib/g8os-controller
          g8os-controller --data DIR --grid lab --san ac1.example.org --san 192.0.2.1
          g8os-controller login-link                         a login string for `g8os login`, at any time

        Usage
          g8os-controller [options]
          g8os-controller login-link [--data DIR] [--url URL]

        Options
          --data DIR            keys and database (default /var/lib/g8os-controller)
          --name ID             this controller's id (default ac1; fixed at the first start)
          --grid NAME           the grid's name (default grid; fixed at the first start)
          --bind ADDRESS        listen on this address only (default: any)
          --api-port PORT       https for operators and nodes (default 8443; 0 picks one)
          --plain-port PORT     http for nodes, every answer signed (default 8080; 0 picks one)
          --session-port PORT   sessions of nodes, client certificate required (default 8444; 0 picks one)
          --san NAME-OR-IP      another name in the server certificate; may be repeated
          --ssh-key FILE        public key file that opens root on every node; may be repeated
          --ays-repo URL#BRANCH follow this git repository instead of keeping one here (read-only; fetched each minute)
          --url URL             (login-link) the address operators reach this controller at
          --help, --version

        The line `listening api=PORT plain=PORT session=PORT` on stdout says that it serves.
        """;

    public static Command Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 2 && args[0] == Git.GitHook.Verb)
            return new RunHook(args[1]);
        var link = args.Count > 0 && args[0] == "login-link";
        var options = new ControllerOptions();
        string? url = null;
        for (var i = link ? 1 : 0; i < args.Count; i++)
        {
            var word = args[i];
            if (word is "--help" or "-h")
                return new Show(Help);
            if (word == "--version")
                return new Show(Version);
            if (!IsOption(word, link))
                return new Misuse($"cannot understand '{word}': not an option of g8os-controller{(link ? " login-link" : "")}; see --help");
            if (i + 1 == args.Count)
                return new Misuse($"cannot use {word}: a value must follow it");
            var value = args[++i];
            if (word == "--url")
                url = value;
            else if (With(options, word, value) is { } changed)
                options = changed;
            else
                return new Misuse($"cannot use {word} {value}: {Expected(word)}");
        }
        return link ? new MakeLoginLink(options.Data, url) : new Serve(options);
    }

    private static bool IsOption(string word, bool link) => link
        ? word is "--data" or "--url"
        : word is "--data" or "--name" or "--grid" or "--bind" or "--api-port" or "--plain-port" or "--session-port" or "--san" or "--ssh-key" or "--ays-repo";

    private static string Expected(string word) => word switch
    {
        "--bind" => "it must be an IP address",
        "--name" or "--grid" => "it must be 1 to 63 of a-z, 0-9 and -, not starting or ending with -",
        "--san" => "it must be a host name or an IP address",
        "--ays-repo" => "it must be like https://git.example.org/grid.git#main",
        _ => "it must be a port from 0 to 65535",
    };

    private static ControllerOptions? With(ControllerOptions options, string word, string value) => word switch
    {
        "--data" => options with { Data = Path.GetFullPath(value) },
        "--name" => Nodes.Names.IsName(value) ? options with { Name = value } : null,
        "--grid" => Nodes.Names.IsName(value) ? options with { Grid = value } : null,
        "--bind" => IPAddress.TryParse(value, out var address) ? options with { Bind = address } : null,
        "--api-port" => Port(value) is { } port ? options with { ApiPort = port } : null,
        "--plain-port" => Port(value) is { } port ? options with { PlainPort = port } : null,
        "--session-port" => Port(value) is { } port ? options with { SessionPort = port } : null,
        "--san" => Uri.CheckHostName(value) == UriHostNameType.Unknown ? null : options with { Sans = [.. options.Sans, value] },
        "--ays-repo" => Git.Upstream.Parse(value) is { } upstream ? options with { AysRepo = upstream } : null,
        _ => options with { SshKeys = [.. options.SshKeys, value] },
    };

    private static int? Port(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port : null;
}

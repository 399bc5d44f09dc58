using System.CommandLine;
using System.CommandLine.Help;
using G8os.Client;
using G8os.Cli.Read;

namespace G8os.Cli;

/// <summary>Runs one command line: parse, call the verb, and turn every failure into one sentence and an exit code.</summary>
public static class CliProgram
{
    /// <summary>Runs <c>g8os</c> with these arguments, without a terminal.</summary>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        using var here = Surroundings.Of(output, error);
        return await RunAsync(args, here);
    }

    internal static async Task<int> RunAsync(string[] args, Surroundings here)
    {
        var root = VerbTree.Root(Program.Verbs, Program.Groups(here), here);
        // A word that starts with @ is a word, not a file of arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = true });
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
            return Misused(parsed, here);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = here.Out, Error = here.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            }, here.Interrupts.Token);
        }
        catch (ClientException e)
        {
            Complain(here, e.Message, e.Remedy);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (here.Interrupts.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or Store.StoreException or Linux.LinuxException)
        {
            Complain(here, e.Message, "");
            return ExitCode.Failed;
        }
    }

    /// <summary>The one form of an error: what and where, then what to do.</summary>
    internal static void Complain(Surroundings here, string message, string remedy)
    {
        var sentence = Show.Clean.Line(message).TrimEnd('.');
        var advice = Show.Clean.Line(remedy).TrimEnd('.');
        here.Error.WriteLine($"g8os: {sentence}{(advice.Length == 0 ? "" : "; " + advice)}");
    }

    private static int Misused(ParseResult parsed, Surroundings here)
    {
        var command = parsed.CommandResult.Command;
        var path = VerbTree.PathOf(command);
        var verbs = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        var typed = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var line = path.Length == 0 ? "g8os" : "g8os " + path;
        if (verbs.Count > 0 && typed is not null && !typed.StartsWith('-'))
            Complain(here, $"there is no verb \"{typed}\" in \"{line}\"" + NearestWord.Advice(typed, verbs), $"{line} --help lists them");
        else if (verbs.Count > 0 && typed is null)
        {
            command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = here.Error, Error = here.Error });
            Complain(here, $"\"{line}\" needs a verb", $"one of {string.Join(", ", verbs)}");
        }
        else if (typed is not null && typed.StartsWith('-'))
            Complain(here, $"\"{line}\" has no option \"{typed}\"" + NearestWord.Advice(typed, OptionsOf(command)), $"{line} --help shows its options");
        else
            Complain(here, parsed.Errors[0].Message, $"{line} --help shows how it is used");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.Where(o => !o.Hidden && o is not HelpOption).SelectMany(o => o.Aliases.Append(o.Name)).Append("--context");
}

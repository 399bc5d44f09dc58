using System.CommandLine;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os complete: what may come next, one word a line. The completion scripts call it; the last word is the one being typed.</summary>
internal static class Complete
{
    public static Verb Verb => new("complete", "What may come next on a command line.", command =>
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(words);
        return async call =>
        {
            var root = call.Parsed.RootCommandResult.Command;
            var typed = call.Get(words);
            var last = typed.Length == 0 ? "" : typed[^1];
            foreach (var word in await NextAsync(call, root, typed.SkipLast(1).ToList(), last))
                if (word.StartsWith(last, StringComparison.Ordinal) && word.Length > 0)
                    call.Here.Out.WriteLine(Show.Clean.Line(word));
            return ExitCode.Ok;
        };
    })
    {
        Hidden = true,
    };

    private static async Task<IEnumerable<string>> NextAsync(Call call, Command root, List<string> before, string last)
    {
        if (before.Contains("--"))
            return [];
        var (command, values) = Walk(root, before);
        if (before.Count > 0 && OptionNamed(command, before[^1]) is { } open && open.ValueType != typeof(bool))
            return await ValuesAsync(call, open.HelpName, last);
        if (last.StartsWith('-'))
            return OptionsOf(command).Where(o => !o.Hidden).Select(o => o.Name);
        if (command.Subcommands.Count > 0)
            return command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        var argument = command.Arguments.ElementAtOrDefault(Math.Min(values, command.Arguments.Count - 1));
        return argument is null ? [] : await ValuesAsync(call, argument.HelpName, last);
    }

    /// <summary>The verb that the words name, and how many arguments it has already.</summary>
    private static (Command Verb, int Values) Walk(Command root, List<string> words)
    {
        var (at, values) = (root, 0);
        for (var i = 0; i < words.Count; i++)
        {
            if (OptionNamed(at, words[i]) is { } option)
                i += option.ValueType == typeof(bool) ? 0 : 1;
            else if (at.Subcommands.FirstOrDefault(c => c.Name == words[i]) is { } next)
                at = next;
            else if (!words[i].StartsWith('-'))
                values++;
        }
        return (at, values);
    }

    private static IEnumerable<Option> OptionsOf(Command command) => command.Options.Append(VerbTree.Context).Distinct();

    private static Option? OptionNamed(Command command, string word) =>
        OptionsOf(command).FirstOrDefault(o => o.Name == word || o.Aliases.Contains(word));

    private static async Task<IEnumerable<string>> ValuesAsync(Call call, string? helpName, string last)
    {
        switch (helpName)
        {
            case Arguments.NodeHelp:
                return await NodesAsync(call);
            case Arguments.ThingHelp:
                return (await NodesAsync(call)).Select(n => "node/" + n).Concat((await AppsAsync(call)).Select(a => "app/" + a));
            case Arguments.LogHelp:
                return (await NodesAsync(call)).Concat((await AppsAsync(call)).Select(a => "app/" + a));
            case Arguments.RunHelp:
                return await LiveAsync(call, async (client, cancel) => (await client.RunsAsync(20, cancel)).Select(r => r.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            case Arguments.PlanHelp:
                return await LiveAsync(call, async (client, cancel) => [(await client.AysAsync(cancel)).Plan]);
            case Arguments.OnHelp:
                var comma = last[..(last.LastIndexOf(',') + 1)];
                return (await NodesAsync(call)).Select(n => comma + n);
            case Arguments.ContextHelp:
                return call.Contexts.Read().Contexts.Select(c => c.Name);
            case Arguments.JobHelp:
                return await LiveAsync(call, async (client, cancel) => (await client.JobsAsync(20, cancel)).Select(j => j.Id));
            case Arguments.TokenHelp:
                return await LiveAsync(call, async (client, cancel) => (await client.TokensAsync(cancel)).Select(t => t.Id));
            default:
                return helpName is not null && helpName.Contains('|', StringComparison.Ordinal) && !helpName.Any(char.IsUpper)
                    ? helpName.Split('|') : [];
        }
    }

    private static Task<IEnumerable<string>> NodesAsync(Call call) => LiveAsync(call, async (client, cancel) =>
        (await client.NodesAsync(new SortedDictionary<string, string>(), cancel)).Select(n => n.Name.Length > 0 ? n.Name : n.Id));

    private static Task<IEnumerable<string>> AppsAsync(Call call) => LiveAsync(call, async (client, cancel) =>
        (await client.AppsAsync(cancel)).Select(a => a.App).Distinct());

    /// <summary>Names from the controller, or none: whoever presses Tab is not told why there is nothing.</summary>
    private static async Task<IEnumerable<string>> LiveAsync(Call call, Func<ControllerClient, CancellationToken, Task<IEnumerable<string>>> ask)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel);
        limit.CancelAfter(call.Here.TabLimit);
        try
        {
            using var client = call.Connect();
            return await ask(client, limit.Token);
        }
        catch (Exception e) when (e is ClientException or OperationCanceledException)
        {
            return [];
        }
    }
}

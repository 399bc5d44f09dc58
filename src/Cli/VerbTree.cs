using System.CommandLine;

namespace G8os.Cli;

/// <summary>Makes the tree of commands from the table of verbs.</summary>
internal static class VerbTree
{
    public static readonly Option<string?> Context = new("--context")
    {
        Description = "The context to use for this call, instead of the active one or $G8OS_CONTEXT", HelpName = "CONTEXT", Recursive = true,
    };

    /// <summary>The root of all <paramref name="verbs"/> and of the groups that other projects bring.</summary>
    public static RootCommand Root(IEnumerable<Verb> verbs, IEnumerable<Command> groups, Surroundings here)
    {
        var root = new RootCommand("The operator's command line of a g8os grid.");
        root.Directives.Clear();
        root.Options.Add(Context);
        foreach (var verb in verbs)
            Plant(root, verb, here);
        foreach (var group in groups)
            root.Subcommands.Add(group);
        VerbHelp.PutExamplesFirst(root, Program.Examples);
        return root;
    }

    private static void Plant(Command root, Verb verb, Surroundings here)
    {
        var words = verb.Path.Split(' ');
        var parent = root;
        foreach (var noun in words[..^1])
            parent = parent.Subcommands.FirstOrDefault(c => c.Name == noun) ?? Group(parent, noun);
        var command = new Command(words[^1], verb.Summary) { Hidden = verb.Hidden };
        var body = verb.Define(command);
        command.SetAction((parsed, _) => body(new Call(parsed, here)));
        VerbHelp.Remember(command, verb.Examples);
        parent.Subcommands.Add(command);
    }

    private static Command Group(Command parent, string noun)
    {
        var group = new Command(noun, Program.Nouns[noun]);
        parent.Subcommands.Add(group);
        return group;
    }

    /// <summary>The words that lead to <paramref name="command"/>, without the program's name.</summary>
    public static string PathOf(Command command)
    {
        var words = new List<string>();
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            words.Insert(0, at.Name);
        return string.Join(' ', words);
    }
}

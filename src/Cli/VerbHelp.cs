using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using G8os.Model;

namespace G8os.Cli;

/// <summary>--help that starts with examples.</summary>
internal static class VerbHelp
{
    private static readonly ConditionalWeakTable<Command, Values<string>> Examples = [];

    public static void Remember(Command command, Values<string> examples) => Examples.AddOrUpdate(command, examples);

    public static void PutExamplesFirst(RootCommand root, Values<string> examples)
    {
        Remember(root, examples);
        var help = root.Options.OfType<HelpOption>().First();
        help.Description = "Examples, usage and options";
        help.Action = new WithExamples((HelpAction)help.Action!);
    }

    private sealed class WithExamples(HelpAction plain) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (Examples.TryGetValue(parseResult.CommandResult.Command, out var examples) && examples.Count > 0)
            {
                output.WriteLine("Examples:");
                foreach (var example in examples)
                    output.WriteLine("  " + example);
                output.WriteLine();
            }
            return plain.Invoke(parseResult);
        }
    }
}

using System.CommandLine;
using G8os.Client;

namespace G8os.Cli;

/// <summary>One call of a verb: what was typed and where it runs.</summary>
internal sealed class Call(ParseResult parsed, Surroundings here)
{
    public ParseResult Parsed { get; } = parsed;
    public Surroundings Here { get; } = here;
    /// <summary>Set by the first Ctrl-C, unless the verb took it over.</summary>
    public CancellationToken Cancel => Here.Interrupts.Token;
    public ContextStore Contexts => ContextStore.Of(Here.Variable);

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>The context this call is about: --context, else $G8OS_CONTEXT, else the active one.</summary>
    public ClientContext Context() => Contexts.Current(Get(VerbTree.Context) ?? Here.Variable(ContextStore.OverrideVariable));

    public ControllerClient Connect() => new(Context());
}

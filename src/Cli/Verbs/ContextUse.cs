using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os context use</summary>
internal static class ContextUse
{
    public static Verb Verb => new("context use", "Use another grid from now on.", command =>
    {
        var name = Arguments.Context();
        command.Arguments.Add(name);
        return async call =>
        {
            var context = call.Contexts.Current(call.Get(name));
            await call.Contexts.UpdateAsync(file => new ContextFile { Active = context.Name, Contexts = file.Contexts }, call.Cancel);
            call.Here.Out.WriteLine(Clean.Line($"{context.Name} ({context.Url}) is in use."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os context use lab", "G8OS_CONTEXT=lab g8os status"],
    };
}

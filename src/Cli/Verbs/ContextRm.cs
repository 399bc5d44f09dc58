using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os context rm</summary>
internal static class ContextRm
{
    public static Verb Verb => new("context rm", "Forget a grid and its token.", command =>
    {
        var name = Arguments.Context();
        command.Arguments.Add(name);
        return async call =>
        {
            var context = call.Contexts.Current(call.Get(name));
            await call.Contexts.UpdateAsync(file => file.Without(context.Name), call.Cancel);
            await GitSetup.ForgetAsync(call.Here, call.Contexts, context);
            call.Here.Out.WriteLine(Clean.Line($"{context.Name} is forgotten. Its token is still good: revoke it at the controller if it leaked."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os context rm lab"],
    };
}

using System.CommandLine;
using System.Diagnostics;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays clone</summary>
internal static class AysClone
{
    public static Verb Verb => new("ays clone", "Clone the grid's AYS repository with git.", command =>
    {
        var where = new Argument<string?>("directory") { HelpName = "DIR", Arity = ArgumentArity.ZeroOrOne, Description = "Where to; a directory named after the grid when it is not given" };
        command.Arguments.Add(where);
        return async call =>
        {
            var context = call.Context();
            var reason = await GitSetup.KnowAsync(call.Here, call.Contexts, context);
            if (reason.Length > 0)
                call.Here.Error.WriteLine(Show.Clean.Line(reason));
            var directory = call.Get(where) ?? context.Name;
            using var git = Process.Start(GitSetup.Start(call.Here, ["clone", "--quiet", "--", context.Url + Routes.Repository, directory]))
                ?? throw new ClientException("cannot start git", Tools.RemedyFor("git"), ExitCode.Failed);
            await git.WaitForExitAsync(call.Cancel);
            if (git.ExitCode != 0)
                throw new ClientException($"cannot clone the repository into {directory}: git said why", "g8os doctor looks at the controller", ExitCode.Failed);
            call.Here.Out.WriteLine(Show.Clean.Line($"{directory} is the AYS repository of {context.Name}. Change it, commit, git push; g8os ays plan --dir {directory} shows what it would do."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays clone", "g8os ays clone ~/grids/gent"],
    };
}

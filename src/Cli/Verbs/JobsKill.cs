using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os jobs kill</summary>
internal static class JobsKill
{
    public static Verb Verb => new("jobs kill", "Kill a job on every node that still runs it.", command =>
    {
        var job = Arguments.Job();
        command.Arguments.Add(job);
        return async call =>
        {
            using var client = call.Connect();
            await client.KillJobAsync(call.Get(job), call.Cancel);
            call.Here.Out.WriteLine(Clean.Line($"Job {call.Get(job)} is being killed; g8os jobs show {call.Get(job)} tells how it ended."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os jobs kill j-3f9c"],
    };
}

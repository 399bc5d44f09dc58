using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os exec</summary>
internal static class Exec
{
    private const int StdinBytesMax = 1024 * 1024;

    public static Verb Verb => new("exec", "Run a command on nodes: its output as it comes, one recorded result per node.", command =>
    {
        var on = new Option<string>("--on") { HelpName = Arguments.OnHelp, Description = "The nodes, by name or by labels", Required = true };
        var maxTime = new Option<string>("--max-time") { HelpName = "DURATION", Description = "Kill the command when it runs longer; 0 is no limit", DefaultValueFactory = _ => "1h" };
        var expires = new Option<string>("--expires") { HelpName = "DURATION", Description = "Give up on nodes that cannot be reached for so long", DefaultValueFactory = _ => "60s" };
        var stdin = new Option<bool>("--stdin") { Description = "Pass standard input on to the command, at most 1 MiB" };
        var detach = new Option<bool>("--detach", "-d") { Description = "Print the job's id and do not wait for it" };
        var json = new Option<bool>("--json") { Description = "Output and results as events, one JSON object a line" };
        var words = new Argument<string[]>("command") { HelpName = "COMMAND", Arity = ArgumentArity.OneOrMore, Description = "The command and its arguments, after --" };
        foreach (var option in (ReadOnlySpan<Option>)[on, maxTime, expires, stdin, detach, json])
            command.Options.Add(option);
        command.Arguments.Add(words);
        return async call =>
        {
            var targets = Targets.Parse(call.Get(on));
            var request = new JobRequest
            {
                Command = call.Get(words).ToValues(),
                Nodes = targets.Nodes,
                Labels = targets.Labels,
                MaxTimeSeconds = Durations.Seconds(call.Get(maxTime), "--max-time"),
                ExpiresSeconds = Durations.Seconds(call.Get(expires), "--expires"),
                Stdin = call.Get(stdin) ? Convert.ToBase64String(await StdinAsync(call)) : null,
            };
            using var client = call.Connect();
            var job = await client.CreateJobAsync(request, call.Cancel);
            if (job.Results.Count == 0)
                throw new ClientException($"cannot run it: no node is meant by --on {call.Get(on)}", "g8os node ls -o wide shows names and labels", ExitCode.NotFound);
            if (!call.Get(detach))
                return await new ExecRun(call, client, job, call.Get(json)).FollowAsync();
            call.Here.Out.WriteLine(call.Get(json) ? Json.Pretty(job, WireJson.Default.JobView) : job.Id);
            return ExitCode.Ok;
        };
    })
    {
        Examples =
        [
            "g8os exec --on node-1 -- uname -a",
            "g8os exec --on node-1,node-2 --max-time 60s -- df -h /",
            "g8os exec --on site=gent -- sh -c 'uptime; free -m'",
            "g8os exec --on node-1 --stdin -- tee /tmp/hosts < /etc/hosts",
        ],
    };

    private static async Task<byte[]> StdinAsync(Call call)
    {
        await using var input = call.Here.Input();
        var bytes = new byte[StdinBytesMax + 1];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, call.Cancel);
        return length <= StdinBytesMax ? bytes[..length] : throw new ClientException(
            "cannot pass the standard input on: it is larger than 1 MiB", "copy it with g8os ssh first", ExitCode.Usage);
    }
}

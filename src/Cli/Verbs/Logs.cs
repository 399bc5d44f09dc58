using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os logs</summary>
internal static class Logs
{
    private const int LinesStandard = 200;
    /// <summary>A follower comes back so many times in a row before it gives up: about five minutes.</summary>
    private const int ReturnsMax = 60;
    private static readonly TimeSpan ReturnPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReturnPauseMax = TimeSpan.FromSeconds(5);

    public static Verb Verb => new("logs", "Show a node's log.", command =>
    {
        var node = Arguments.Node();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new lines; Ctrl-C ends it" };
        var lines = new Option<int>("--lines", "-n")
        {
            HelpName = "N", Description = "At most so many of the lines that are there", DefaultValueFactory = _ => LinesStandard,
            Validators = { result => Arguments.Positive(result.GetValueOrDefault<int>(), "--lines", result) },
        };
        var source = new Option<string?>("--source") { HelpName = "core|sshd|JOB", Description = "Only these lines; a job's id shows its output" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        command.Arguments.Add(node);
        foreach (var option in (ReadOnlySpan<Option>)[follow, lines, source, json])
            command.Options.Add(option);
        return call => ShowAsync(call, NodeName.Bare(call.Get(node)), call.Get(lines), call.Get(follow), call.Get(source), call.Get(json));
    })
    {
        Examples = ["g8os logs node-1", "g8os logs node-1 -f --source sshd", "g8os logs node-1 --source j-3f9c"],
    };

    private static async Task<int> ShowAsync(Call call, string node, int lines, bool follow, string? source, bool json)
    {
        using var client = call.Connect();
        var wait = new WaitLine(call.Here);
        for (var returns = 0; ; returns++)
        {
            var reason = "the controller ended the stream";
            try
            {
                await foreach (var line in client.NodeLogsAsync(node, lines, follow, source, call.Cancel))
                {
                    wait.Clear();
                    returns = 0;
                    Print(call.Here, line, withSource: source is null, json);
                }
                if (!follow)
                    return ExitCode.Ok;
            }
            catch (ControllerUnreachableException e) when (follow && returns < ReturnsMax)
            {
                reason = e.Message;
            }
            if (returns >= ReturnsMax)
                throw new ControllerUnreachableException($"cannot follow the log of {node} any longer: {reason}", $"g8os explain node/{node} tells more");
            wait.Show($"waiting for the log of {node} to go on: {reason}");
            // Lines that came meanwhile are not asked for again: nobody can tell which of them were already shown.
            lines = 0;
            await Task.Delay(ReturnPause * Math.Min(returns + 1, ReturnPauseMax / ReturnPause), call.Cancel);
        }
    }

    private static void Print(Surroundings here, LogLine line, bool withSource, bool json)
    {
        if (json)
            here.Out.WriteLine(Json.Line(line, WireJson.Default.LogLine));
        else if (!withSource)
            here.Out.WriteLine(Clean.Line(line.Text));
        else
            here.Out.WriteLine(here.OutInColour ? $"\x1b[2m{Clean.Line(line.Source),-5}\x1b[0m {Clean.Line(line.Text)}" : $"{Clean.Line(line.Source),-5} {Clean.Line(line.Text)}");
    }
}

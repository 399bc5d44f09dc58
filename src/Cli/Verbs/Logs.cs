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

    public static Verb Verb => new("logs", "Show the log of a node or of an app.", command =>
    {
        var what = new Argument<string>("what") { HelpName = Arguments.LogHelp, Description = "A node (its name, its id, or at least 4 leading digits of it), or app/NAME: all its instances" };
        var on = new Option<string?>("--on") { HelpName = Arguments.NodeHelp, Description = "Of an app: only its instance on this node" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new lines; Ctrl-C ends it" };
        var lines = new Option<int>("--lines", "-n")
        {
            HelpName = "N", Description = "At most so many of the lines that are there", DefaultValueFactory = _ => LinesStandard,
            Validators = { result => Arguments.Positive(result.GetValueOrDefault<int>(), "--lines", result) },
        };
        var source = new Option<string?>("--source") { HelpName = "core|sshd|fs|JOB", Description = "Only these lines; a job's id shows its output" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        command.Arguments.Add(what);
        foreach (var option in (ReadOnlySpan<Option>)[follow, lines, source, on, json])
            command.Options.Add(option);
        return call => ShowAsync(call, Asked.Of(call.Get(what), call.Get(source), call.Get(on)), call.Get(lines), call.Get(follow), call.Get(json));
    })
    {
        Examples = ["g8os logs node-1", "g8os logs node-1 -f --source sshd", "g8os logs node-1 --source j-3f9c", "g8os logs app/hello -f", "g8os logs app/hello --on node-2"],
    };

    /// <summary>Whose log it is, and which part of it.</summary>
    private sealed record Asked(Thing Thing, string? Source, string? On)
    {
        public static Asked Of(string typed, string? source, string? on)
        {
            var thing = Thing.Of(typed);
            if (thing.IsApp && source is not null)
                throw new ClientException($"cannot show --source {source} of {typed}: an app has one log", "leave it out", ExitCode.Usage);
            return !thing.IsApp && on is not null ? throw new ClientException($"cannot show {typed} --on {on}: that is for apps", "leave it out", ExitCode.Usage) : new(thing, source, on);
        }

        /// <summary>Instances of an app write between each other, sources of a node too.</summary>
        public bool IsMixed => Thing.IsApp ? On is null : Source is null;

        public IAsyncEnumerable<LogLine> ReadAsync(ControllerClient client, int lines, bool follow, CancellationToken cancel) => Thing.IsApp
            ? client.AppLogsAsync(Thing.Name, lines, follow, On, cancel)
            : client.NodeLogsAsync(Thing.Name, lines, follow, Source, cancel);
    }

    private static async Task<int> ShowAsync(Call call, Asked asked, int lines, bool follow, bool json)
    {
        using var client = call.Connect();
        var wait = new WaitLine(call.Here);
        for (var returns = 0; ; returns++)
        {
            var reason = "the controller ended the stream";
            try
            {
                await foreach (var line in asked.ReadAsync(client, lines, follow, call.Cancel))
                {
                    wait.Clear();
                    returns = 0;
                    Print(call.Here, line, asked, json);
                }
                if (!follow)
                    return ExitCode.Ok;
            }
            catch (ControllerUnreachableException e) when (follow && returns < ReturnsMax)
            {
                reason = e.Message;
            }
            if (returns >= ReturnsMax)
                throw new ControllerUnreachableException($"cannot follow the log of {asked.Thing.Name} any longer: {reason}", $"g8os explain {asked.Thing} tells more");
            wait.Show($"waiting for the log of {asked.Thing.Name} to go on: {reason}");
            // Lines that came meanwhile are not asked for again: nobody can tell which of them were already shown.
            lines = 0;
            await Task.Delay(ReturnPause * Math.Min(returns + 1, ReturnPauseMax / ReturnPause), call.Cancel);
        }
    }

    private static void Print(Surroundings here, LogLine line, Asked asked, bool json)
    {
        var from = asked.Thing.IsApp ? line.Node : line.Source;
        if (json)
            here.Out.WriteLine(Json.Line(line, WireJson.Default.LogLine));
        else if (!asked.IsMixed)
            here.Out.WriteLine(Clean.Line(line.Text));
        else
            here.Out.WriteLine(here.OutInColour ? $"\x1b[2m{Clean.Line(from),-5}\x1b[0m {Clean.Line(line.Text)}" : $"{Clean.Line(from),-5} {Clean.Line(line.Text)}");
    }
}

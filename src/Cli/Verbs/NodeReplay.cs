using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Decisions.Boot;

namespace G8os.Cli.Verbs;

/// <summary>g8os node replay</summary>
internal static class NodeReplay
{
    public static Verb Verb => new("node replay", "Walk a node's journal again, here, through the very same decisions.", command =>
    {
        var journal = new Argument<string>("JOURNAL") { Description = "A file of /var/lib/g8os/journal, copied from the node" };
        command.Arguments.Add(journal);
        return call =>
        {
            var file = call.Get(journal);
            if (!File.Exists(file))
                throw new ClientException($"cannot replay {file}: there is no such file", "nodes keep their journals in /var/lib/g8os/journal", ExitCode.NotFound);
            var replay = BootJournal.Run(File.ReadLines(file));
            foreach (var line in replay.Transitions)
                call.Here.Out.WriteLine(Clean.Line(line));
            if (replay.Fault is { } fault)
                throw new IOException($"cannot replay {file} further: {fault}");
            if (replay.State is null)
                throw new IOException($"cannot replay {file}: it is empty");
            call.Here.Out.WriteLine($"{replay.Lines} events, {BootReport.Summary(replay.State, 0)}");
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os node replay 00000003.jsonl"],
    };
}

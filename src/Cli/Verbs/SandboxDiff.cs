using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Store.Tree;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox diff</summary>
internal static class SandboxDiff
{
    public static Verb Verb => new("sandbox diff", "What differs between two built sandboxes. The exit code is 2 when something does.", command =>
    {
        var (first, second) = (SandboxArguments.Directory("FIRST"), SandboxArguments.Directory("SECOND"));
        var times = new Option<bool>("--times") { Description = "Also where only a time differs" };
        command.Arguments.Add(first);
        command.Arguments.Add(second);
        command.Options.Add(times);
        return call =>
        {
            var changes = TreeDiff.Of(SandboxArguments.Open(call.Get(first)).ReadTree(), SandboxArguments.Open(call.Get(second)).ReadTree())
                .Where(change => change.What != "time" || call.Get(times));
            var any = false;
            foreach (var change in changes)
            {
                any = true;
                call.Here.Out.WriteLine(Clean.Line($"{change.Sign} {change.Path}{(change.What.Length == 0 ? "" : $" ({change.What})")}"));
            }
            return Task.FromResult(any ? ExitCode.Changes : ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os sandbox diff hello@1.0 hello@2.0"],
    };
}

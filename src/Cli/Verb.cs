using System.CommandLine;
using G8os.Model;

namespace G8os.Cli;

/// <summary>What a verb does when it is called; the result is the exit code.</summary>
internal delegate Task<int> VerbBody(Call call);

/// <summary>
/// One verb of the command line. <see cref="Path"/> is what is typed, e.g. <c>node ls</c>; <see cref="Define"/> adds its arguments
/// and options to the command and returns its body. Adding a verb: one file in Verbs and one line in the table of Program.cs.
/// </summary>
internal sealed record Verb(string Path, string Summary, Func<Command, VerbBody> Define)
{
    /// <summary>Whole command lines, shown first by --help.</summary>
    public Values<string> Examples { get; init; } = [];
    public bool Hidden { get; init; }
}

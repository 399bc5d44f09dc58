using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>What a job's results mean: for people a sentence, for scripts an exit code.</summary>
internal static class ExecEnd
{
    private const int KilledExitCode = 137;

    /// <summary>Says on standard error what did not end well, and returns the exit code.</summary>
    public static int Tell(Surroundings here, JobView job, IReadOnlyList<JobResult> results, bool json)
    {
        if (!json && results.Count == 1 && results[0].Outcome is not (Outcome.Ok or Outcome.Error))
            CliProgram.Complain(here, $"{results[0].Node}: {Sentence(results[0])}", $"g8os jobs show {job.Id} has the record");
        else if (!json && results.Count == 1 && results[0] is { Outcome: Outcome.Error } failed && HasReason(failed))
            CliProgram.Complain(here, $"{failed.Node}: {failed.Reason}", "");
        else if (!json && results.Count > 1)
            TellAll(here, results);
        return CodeOf(results);
    }

    /// <summary>One node: the command's own code, or the reason why it has none. Several: 1 when any failed.</summary>
    public static int CodeOf(IReadOnlyList<JobResult> results) =>
        results.Count == 1 ? CodeOf(results[0]) : results.All(r => r.Outcome == Outcome.Ok) ? ExitCode.Ok : ExitCode.Failed;

    private static int CodeOf(JobResult result) => result.Outcome switch
    {
        Outcome.Ok => ExitCode.Ok,
        Outcome.Error => result.ExitCode is { } code and not 0 ? code : ExitCode.Failed,
        Outcome.Timeout => ExitCode.TimedOut,
        Outcome.Killed => result.ExitCode ?? KilledExitCode,
        Outcome.Expired => ExitCode.Unreachable,
        Outcome.Refused => ExitCode.Refused,
        _ => ExitCode.Failed,
    };

    /// <summary>There is more to say than the code: a command that plainly failed has its code for a reason.</summary>
    private static bool HasReason(JobResult result) => result.Reason.Length > 0 && result.Reason != $"exit code {result.ExitCode}";

    /// <summary>How it ended, in words.</summary>
    public static string Sentence(JobResult result)
    {
        var reason = HasReason(result) ? $": {result.Reason}" : "";
        return result.Outcome switch
        {
            null => result.State,
            Outcome.Ok => "ok",
            Outcome.Error when result.ExitCode is { } code => $"exit code {code}{reason}",
            Outcome.Error => $"error{reason}",
            Outcome.Timeout => $"it ran longer than allowed and was killed{reason}",
            Outcome.Killed => $"killed{reason}",
            Outcome.Expired => $"it could not be reached in time{reason}",
            Outcome.Refused => $"refused{reason}",
            _ => $"{result.Outcome}{reason}",
        };
    }

    private static void TellAll(Surroundings here, IReadOnlyList<JobResult> results)
    {
        foreach (var failed in results.Where(r => r.Outcome != Outcome.Ok))
            here.Error.WriteLine(Clean.Line($"g8os: {failed.Node}: {Sentence(failed)}"));
        if (results.Any(r => r.Outcome != Outcome.Ok))
            here.Error.WriteLine($"g8os: {Counts(results)}");
    }

    /// <summary><c>2 ok, 1 error</c></summary>
    public static string Counts(IEnumerable<JobResult> results) => string.Join(", ", results
        .GroupBy(r => r.Outcome is { } outcome ? Paint.Word(outcome) : r.State)
        .OrderBy(g => g.First().Outcome ?? (Outcome)int.MaxValue).Select(g => $"{g.Count()} {g.Key}"));
}

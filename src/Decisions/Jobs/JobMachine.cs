using System.Diagnostics;
using G8os.Model.Wire;

namespace G8os.Decisions.Jobs;

/// <summary>Where one job on a node is: running, being stopped, or over.</summary>
public abstract record JobState;

/// <summary>The command runs; at <see cref="Deadline"/> it is stopped (null: it may run for ever).</summary>
public sealed record JobRunning(long? Deadline) : JobState;

/// <summary>It was told to end because of <see cref="Why"/>; at <see cref="KillAt"/> its whole cgroup is killed.</summary>
public sealed record JobStopping(Outcome Why, long KillAt) : JobState;

/// <summary>It is over; exactly one of these is recorded.</summary>
public sealed record JobOver(Outcome Outcome, int ExitCode, string Reason) : JobState;

/// <summary>An event of one job.</summary>
public abstract record JobHappened : Event;

/// <summary>The command ended; 128 + signal when one killed it.</summary>
public sealed record JobExited(int ExitCode) : JobHappened;
/// <summary>An operator wants it to end.</summary>
public sealed record JobKillAsked : JobHappened;
/// <summary>Time passed.</summary>
public sealed record JobTicked : JobHappened;

/// <summary>Send a signal to every process of the job's cgroup.</summary>
public sealed record SignalJob(int Signal) : Effect;

/// <summary>One job's life: max_time and kill end it by SIGTERM, and by SIGKILL ten seconds later, again and again until it is gone.</summary>
public static class JobMachine
{
    public const int Grace = 10_000;
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;

    public static JobState Start(long now, int maxTimeSeconds) => new JobRunning(maxTimeSeconds > 0 ? now + (maxTimeSeconds * 1000L) : null);

    public static (JobState State, Effect? Effect) Step(JobState state, JobHappened happened) => (state, happened) switch
    {
        (JobOver, _) => (state, null),
        (JobRunning, JobExited { ExitCode: 0 }) => (new JobOver(Outcome.Ok, 0, ""), null),
        (JobRunning, JobExited exited) => (new JobOver(Outcome.Error, exited.ExitCode, $"exit code {exited.ExitCode}"), null),
        (JobStopping stopping, JobExited exited) => (new JobOver(stopping.Why, exited.ExitCode, stopping.Why == Outcome.Timeout ? "max time reached" : "killed"), null),
        (JobRunning, JobKillAsked) => (new JobStopping(Outcome.Killed, happened.At + Grace), new SignalJob(SignalTerminate)),
        (JobRunning { Deadline: { } deadline }, JobTicked) when happened.At >= deadline => (new JobStopping(Outcome.Timeout, happened.At + Grace), new SignalJob(SignalTerminate)),
        (JobStopping stopping, JobTicked) when happened.At >= stopping.KillAt => (stopping with { KillAt = happened.At + Grace }, new SignalJob(SignalKill)),
        (JobRunning or JobStopping, JobTicked or JobKillAsked) => (state, null),
        _ => throw new UnreachableException($"internal error: no rule for {happened.GetType().Name} in {state.GetType().Name}"),
    };

    /// <summary>When the job next wants a <see cref="JobTicked"/>; null when nothing is due.</summary>
    public static long? NextDeadline(JobState state) => state switch
    {
        JobRunning running => running.Deadline,
        JobStopping stopping => stopping.KillAt,
        _ => null,
    };
}

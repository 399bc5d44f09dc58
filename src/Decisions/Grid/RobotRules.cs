using System.Security.Cryptography;
using System.Text;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>What the robot does about the newest commit.</summary>
public enum RobotMove
{
    /// <summary>Nothing: it is in force, or something has to happen first.</summary>
    Rest,
    /// <summary>A run begins; one that is under way for another commit ends as superseded.</summary>
    Begin,
}

/// <summary>A decision and, for a rest that is not the end, what is waited for.</summary>
public sealed record RobotDecision(RobotMove Move, string Waiting = "");

/// <summary>What the decision is about.</summary>
public sealed record RobotQuestion
{
    /// <summary>From what is issued to the newest commit.</summary>
    public required GridPlan Plan { get; init; }
    /// <summary><see cref="RobotRules.AttemptOf"/> of what is wanted.</summary>
    public required string Attempt { get; init; }
    /// <summary>What is needed and not there, in a sentence; empty when all is.</summary>
    public string Missing { get; init; } = "";
    /// <summary>Commits are carried out by themselves.</summary>
    public required bool Auto { get; init; }
    /// <summary>An operator said so now.</summary>
    public bool Applied { get; init; }
    /// <summary>The newest run; null when there was none.</summary>
    public RunState? Run { get; init; }
    /// <summary>What the newest run tried.</summary>
    public string RunAttempt { get; init; } = "";
}

/// <summary>Whether a run begins: one at a time, and none of itself for what did not go well before.</summary>
public static class RobotRules
{
    private const int AttemptBytes = 8;

    public static RobotDecision Decide(RobotQuestion question)
    {
        var run = question.Run;
        var underWay = run is { Outcome: null };
        if (underWay && question.RunAttempt == question.Attempt && !question.Applied)
            return new(RobotMove.Rest);
        if (question.Plan.IsEmpty)
            return new(underWay ? RobotMove.Begin : RobotMove.Rest);
        if (question.Missing.Length > 0)
            return new(RobotMove.Rest, question.Missing);
        if (question.Applied)
            return new(RobotMove.Begin);
        if (!question.Auto)
            return new(RobotMove.Rest, $"it waits for an operator: g8os ays plan shows it, g8os ays apply {question.Plan.Id} puts it into effect");
        return run is null || question.RunAttempt != question.Attempt
            ? new(RobotMove.Begin)
            : new(RobotMove.Rest, $"run {run.Number} of it ended {run.Outcome?.ToString().ToLowerInvariant()}: {run.Reason}; mend it and push, or g8os ays apply tries again");
    }

    /// <summary>Says what is wanted in 16 hex digits: the commit, and what its texts mean now (versions, addresses).</summary>
    public static string AttemptOf(GridSpec wanted)
    {
        var text = new StringBuilder().Append(wanted.Commit).Append('\n');
        foreach (var node in wanted.Nodes.Values)
            text.Append(node.Name).Append(' ').AppendJoin(' ', node.Sandboxes).Append('\n');
        foreach (var service in wanted.Services.Values)
            text.Append(service.Id).Append(' ').Append(service.Node).Append(' ').Append(AppDigest.Of(service.App)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, AttemptBytes));
    }
}

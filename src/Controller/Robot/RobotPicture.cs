using System.Collections.Immutable;
using G8os.Controller.Git;
using G8os.Decisions.Grid;
using G8os.Model.Wire;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>Where the robot stands, for everyone who asks: replaced as a whole after each turn, never changed.</summary>
internal sealed record RobotPicture
{
    public static readonly RobotPicture Empty = new();

    /// <summary>The newest commit that could be compiled.</summary>
    public CommitFacts? Commit { get; init; }
    public GridSpec? Wanted { get; init; }
    public AysPolicy Policy { get; init; } = new();
    /// <summary>The plan from what is issued to it.</summary>
    public GridPlan? Plan { get; init; }
    /// <summary>Why it is not carried out; empty when it is, or is in force.</summary>
    public string Waiting { get; init; } = "";
    public GridIssued Issued { get; init; } = GridIssued.Nothing;
    public KeptRun? Run { get; init; }
    /// <summary>Node name → machine id.</summary>
    public ImmutableSortedDictionary<string, string> Bound { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    /// <summary>Machine id → node name.</summary>
    public ImmutableSortedDictionary<string, string> Names { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    public RefusedView? Refused { get; init; }
}

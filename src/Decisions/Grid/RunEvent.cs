namespace G8os.Decisions.Grid;

/// <summary>Something that happened to a run. Times are the controller's, in Unix milliseconds: a run outlives its controller.</summary>
public abstract record RunEvent
{
    public required long At { get; init; }
}

/// <summary>A node said what it runs.</summary>
public sealed record NodeReported(string Node, NodeSeen Seen) : RunEvent;

/// <summary>A node's session ended; what it last said stands.</summary>
public sealed record NodeLeft(string Node) : RunEvent;

/// <summary>An operator removed the node: nobody waits for it any more.</summary>
public sealed record NodeForgotten(string Node) : RunEvent;

/// <summary>Time passed.</summary>
public sealed record RunTicked : RunEvent;

/// <summary>Something to do for a run.</summary>
public abstract record RunEffect;

/// <summary>Sign and persist this as the node's manifest, then send it. Persisted with the run's state, before anything else is done.</summary>
public sealed record IssueManifest(string Node, NodeIssue Issue) : RunEffect;

/// <summary>Persist this as what was issued to the node; its manifest is the same as before.</summary>
public sealed record KeepIssue(string Node, NodeIssue Issue) : RunEffect;

/// <summary>A line of the run's story.</summary>
public sealed record RunTold(string Step, string What, string Evidence) : RunEffect;

/// <summary>A service of a node that was removed: it may still run there, and nobody will hear of its end.</summary>
public sealed record Orphaned(string Service, string Node) : RunEffect;

/// <summary>The run is over.</summary>
public sealed record RunEnded(RunOutcome Outcome, string Reason) : RunEffect;

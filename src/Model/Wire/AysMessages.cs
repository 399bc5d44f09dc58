namespace G8os.Model.Wire;

/// <summary>A commit of the AYS repository.</summary>
public sealed record CommitView(string Id, string Author, string Subject, DateTimeOffset Time);

/// <summary>The newest push or commit that was refused: who brought it, and its errors, each <c>FILE:LINE:COLUMN: why</c>.</summary>
public sealed record RefusedView(string Commit, string By, DateTimeOffset Time, Values<string> Errors);

/// <summary>Where the AYS repository stands. The shape of <c>g8os ays status --json</c>.</summary>
public sealed record AysView
{
    /// <summary>The repository that is followed, URL#BRANCH; empty when pushes go to the controller.</summary>
    public string Follows { get; set; } = "";
    /// <summary>Why the last fetch of the followed repository brought nothing; empty when it went well.</summary>
    public string FetchFault { get; set; } = "";
    /// <summary>The commit main stands at; null while there is none.</summary>
    public CommitView? Commit { get; init; }
    /// <summary>auto or approve.</summary>
    public required string Apply { get; init; }
    /// <summary>Why main's commit is not in force yet; empty when it is, or a run works on it.</summary>
    public string Waiting { get; set; } = "";
    /// <summary>The plan from what is issued to main's commit; empty when there is nothing to do.</summary>
    public string Plan { get; set; } = "";
    /// <summary>The newest run, without its steps.</summary>
    public RunView? Run { get; init; }
    public SortedDictionary<string, int> ServicesByState { get; set; } = [];
    public RefusedView? Refused { get; init; }
    /// <summary>Nodes of the grid that the repository does not name.</summary>
    public Values<string> Unassigned { get; set; } = [];
    /// <summary>Services that may still run on nodes that were removed, SERVICE on NODE.</summary>
    public Values<string> Orphans { get; set; } = [];
}

/// <summary>A file of a local checkout, for a plan of what is not committed yet.</summary>
public sealed record SourceFile(string Path, string Text);

/// <summary>POST /v1/ays/plan: the YAML files of a checkout, at most 16 MiB together; without files main's commit is planned.</summary>
public sealed record PlanRequest
{
    public Values<SourceFile>? Files { get; init; }
}

/// <summary>A field of a service that becomes another.</summary>
public sealed record FieldDiff(string Path, string Old, string New);

/// <summary>What a plan does to one service.</summary>
public sealed record ChangeView
{
    public required string Service { get; init; }
    public required string Node { get; init; }
    /// <summary>create, update, leave (the first half of a move), destroy.</summary>
    public required string Kind { get; init; }
    /// <summary>Changes of a lower order are done before it.</summary>
    public required int Order { get; init; }
    /// <summary>The app is stopped and started by it.</summary>
    public required bool Restarts { get; init; }
    public Values<string> After { get; set; } = [];
    public Values<FieldDiff> Diff { get; set; } = [];
}

/// <summary>A node whose tool sandboxes become others.</summary>
public sealed record ToolsChange(string Node, Values<string> Old, Values<string> New);

/// <summary>What would be done. The shape of <c>g8os ays plan --json</c>.</summary>
public sealed record PlanView
{
    /// <summary>Empty when there are errors.</summary>
    public required string Id { get; init; }
    /// <summary>Empty for a plan of files that are not committed.</summary>
    public required string Commit { get; init; }
    public Values<ChangeView> Changes { get; set; } = [];
    public Values<ToolsChange> Nodes { get; set; } = [];
    public int Unchanged { get; init; }
    /// <summary>The plan for people, some lines.</summary>
    public string Text { get; set; } = "";
    /// <summary>What is wrong with the files, each <c>FILE:LINE:COLUMN: why</c>.</summary>
    public Values<string> Errors { get; set; } = [];
    /// <summary>Why it could not be applied now, e.g. a sandbox that is not in the store; empty when it could.</summary>
    public string Held { get; set; } = "";
}

/// <summary>POST /v1/ays/apply: the plan that was read; null takes the present one.</summary>
public sealed record ApplyRequest(string? Plan);

/// <summary>One step of a run.</summary>
public sealed record StepView
{
    public required string Key { get; init; }
    public required string Service { get; init; }
    public required string Node { get; init; }
    public required string Kind { get; init; }
    /// <summary>blocked, dispatched, running, unknown, ok, error, skipped, expired, reverting, reverted.</summary>
    public required string Phase { get; init; }
    public required DateTimeOffset Since { get; init; }
    public string Reason { get; set; } = "";
}

/// <summary>A run: one durable execution of a plan. The shape of <c>g8os ays run --json</c>.</summary>
public sealed record RunView
{
    public required long Number { get; init; }
    public required string Commit { get; init; }
    public required string Plan { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? Ended { get; init; }
    /// <summary>running, ok, failed, reverted, stuck, superseded.</summary>
    public required string State { get; init; }
    public string Reason { get; set; } = "";
    public SortedDictionary<string, int> StepsByPhase { get; set; } = [];
    public Values<StepView> Steps { get; set; } = [];
    /// <summary>What happened, oldest first.</summary>
    public Values<Transition> Story { get; set; } = [];
}

/// <summary>One service. The shape of <c>g8os app ls --json</c>.</summary>
public sealed record AppView
{
    /// <summary>The service: APP, or APP@NODE for one of several.</summary>
    public required string Service { get; init; }
    public required string App { get; init; }
    public required string Node { get; init; }
    /// <summary>absent, fetching, installed, starting, running, degraded, backoff, stopping, stopped, uninstalling, failed; unknown when its node has not said.</summary>
    public required string State { get; init; }
    public required bool Ready { get; init; }
    /// <summary>What is in force there is what the newest commit wants there.</summary>
    public required bool Current { get; init; }
    /// <summary>The sandbox it runs out of, NAME@VERSION; the wanted one while none is in force.</summary>
    public required string Sandbox { get; init; }
    public int Restarts { get; init; }
    public DateTimeOffset? Since { get; init; }
    public string Reason { get; set; } = "";
}

/// <summary>One link of a chain of causes: commit, plan, run, step, issued, node or app; broken where things are not as wanted.</summary>
public sealed record CauseView(string Service, string Link, string Says, bool Broken);

/// <summary>The answer of explain for an app: one causal chain, from the commit to the last line of its log.</summary>
public sealed record AppExplanation
{
    public required string App { get; init; }
    /// <summary>One sentence: the present state and why.</summary>
    public required string Summary { get; init; }
    /// <summary>What comes next, or what to do; empty when nothing is waited for.</summary>
    public string Next { get; set; } = "";
    public Values<AppView> Services { get; set; } = [];
    public CommitView? Commit { get; init; }
    /// <summary>From the commit to the app, and on to what it waits for.</summary>
    public Values<CauseView> Chain { get; set; } = [];
    /// <summary>What the newest run did about it, oldest first.</summary>
    public Values<Transition> Transitions { get; set; } = [];
    public Values<LogLine> Log { get; set; } = [];
}

/// <summary>What a node's apps use. CPU in percent of one processor over the last samples; null before there are two.</summary>
public sealed record NodeUse(string Node, int Cpus, long MemoryBytes, int Apps, double? Cpu, long Memory);

/// <summary>What one service uses.</summary>
public sealed record AppUse(string Service, string Node, string State, double? Cpu, long Memory, int Restarts);

/// <summary>The shape of <c>g8os top --json</c>.</summary>
public sealed record TopView(Values<NodeUse> Nodes, Values<AppUse> Apps);

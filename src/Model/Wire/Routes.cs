namespace G8os.Model.Wire;

/// <summary>Who may call a route. Authorisation is data: the controller refuses what this table does not allow.</summary>
public enum Access
{
    /// <summary>Anyone, on 8443 and 8080: the answer is signed, secrets in it are sealed.</summary>
    Node,
    /// <summary>An operator token with at least the role viewer, on 8443 only.</summary>
    Viewer,
    /// <summary>An operator token with at least the role operator, on 8443 only.</summary>
    Operator,
    /// <summary>An operator token with the role admin, on 8443 only.</summary>
    Admin,
}

/// <summary>One row of the controller's HTTP API.</summary>
public sealed record Route(string Method, string Path, Access Access, string Summary)
{
    /// <summary>Also answered on 8444, to nodes of this grid by their certificates.</summary>
    public bool ForNodes { get; init; }
}

/// <summary>The controller's whole HTTP API, one line each (design: ports 8443 and 8080, and what nodes may read on 8444). <c>{node}</c> is a name, an id or ≥ 4 leading digits of an id.</summary>
public static class Routes
{
    public const int ApiPort = 8443;
    public const int PlainPort = 8080;
    public const int SessionPort = 8444;

    public const string Grid = "/v1/grid";
    public const string Ping = "/v1/ping";
    public const string Enroll = "/v1/enroll";
    public const string Unlock = "/v1/unlock";
    public const string Certificate = "/v1/certificate";

    public const string WhoAmI = "/v1/whoami";
    public const string Status = "/v1/status";
    public const string Nodes = "/v1/nodes";
    public const string Node = "/v1/nodes/{node}";
    public const string NodeAccept = "/v1/nodes/{node}/accept";
    public const string NodeExplain = "/v1/nodes/{node}/explain";
    public const string NodeLogs = "/v1/nodes/{node}/logs";
    public const string Jobs = "/v1/jobs";
    public const string Job = "/v1/jobs/{job}";
    public const string JobStream = "/v1/jobs/{job}/stream";
    public const string Tokens = "/v1/tokens";
    public const string Token = "/v1/tokens/{token}";
    public const string SshCertificate = "/v1/ssh/certificate";
    public const string Audit = "/v1/audit";
    public const string Ays = "/v1/ays";
    public const string AysPlan = "/v1/ays/plan";
    public const string AysApply = "/v1/ays/apply";
    public const string AysPull = "/v1/ays/pull";
    public const string Runs = "/v1/runs";
    public const string Run = "/v1/runs/{run}";
    public const string Apps = "/v1/apps";
    public const string AppExplain = "/v1/apps/{app}/explain";
    public const string AppLogs = "/v1/apps/{app}/logs";
    public const string Top = "/v1/top";
    public const string Sandboxes = "/v1/sandboxes";
    public const string Sandbox = "/v1/sandboxes/{name}/{version}";
    public const string SandboxVerify = "/v1/sandboxes/{name}/{version}/verify";
    public const string SandboxGc = "/v1/sandboxes/gc";
    public const string Object = "/v1/objects/{hash}";
    public const string ObjectsMissing = "/v1/objects/missing";
    public const string OpenApi = "/openapi/v1.json";
    /// <summary>Everything below it is git's smart HTTP protocol.</summary>
    public const string Git = "/git";
    public const string Repository = "/git/ays.git";
    public const string GitRefs = "/git/ays.git/info/refs";
    public const string GitFetch = "/git/ays.git/git-upload-pack";
    public const string GitPush = "/git/ays.git/git-receive-pack";

    public static readonly Values<Route> All =
    [
        new("GET", Grid, Access.Node, "Every version of grid.json above ?after=N, in order."),
        new("GET", Ping, Access.Node, "The signed probe answer for ?nonce=."),
        new("POST", Enroll, Access.Node, "Become known; long-polls up to `wait` seconds while pending."),
        new("POST", Unlock, Access.Node, "The controller's share of the disk key, sealed to the request's ephemeral key."),
        new("POST", Certificate, Access.Node, "A node certificate for a request signed by node key and boot identity."),

        new("GET", WhoAmI, Access.Viewer, "The token's name and role, and this grid's name."),
        new("GET", Status, Access.Viewer, "The grid in numbers."),
        new("GET", Nodes, Access.Viewer, "All nodes; ?labels=k=v,k2=v2 selects.") { ForNodes = true },
        new("GET", Node, Access.Viewer, "One node."),
        new("DELETE", Node, Access.Operator, "Revoke and remove a node."),
        new("POST", NodeAccept, Access.Operator, "Accept a pending node and name it."),
        new("GET", NodeExplain, Access.Viewer, "Why the node is in the state it is in."),
        new("GET", NodeLogs, Access.Viewer, "The node's log as server-sent events; ?lines=N&follow=true&source=core|sshd|JOB, core and sshd together without one."),
        new("GET", Jobs, Access.Viewer, "The newest jobs; ?limit=N."),
        new("POST", Jobs, Access.Operator, "Run a command on nodes."),
        new("GET", Job, Access.Viewer, "One job with its results."),
        new("DELETE", Job, Access.Operator, "Kill a job on every node that still runs it."),
        new("GET", JobStream, Access.Viewer, "The job's output and results as server-sent events, from the start until the last result."),
        new("GET", Tokens, Access.Admin, "Join tokens, without their secrets."),
        new("POST", Tokens, Access.Admin, "Make a join token; its secret is in this answer only."),
        new("DELETE", Token, Access.Admin, "Revoke a join token."),
        new("POST", SshCertificate, Access.Operator, "A 5-minute ssh user certificate for a node."),
        new("GET", Audit, Access.Admin, "The newest lines of the audit log; ?limit=N."),
        new("GET", Ays, Access.Viewer, "Where the AYS repository stands: commit, run, services, what was refused."),
        new("POST", AysPlan, Access.Viewer, "What main's commit, or the files of a checkout, would change."),
        new("POST", AysApply, Access.Operator, "Put the plan that was read into effect; refused when reality moved."),
        new("POST", AysPull, Access.Operator, "Fetch the followed repository now."),
        new("GET", Runs, Access.Viewer, "The newest runs; ?limit=N."),
        new("GET", Run, Access.Viewer, "One run with its steps and its story."),
        new("GET", Apps, Access.Viewer, "Every service: where it is, its state, its version."),
        new("GET", AppExplain, Access.Viewer, "Why an app is as it is: commit, plan, run, step, node, log."),
        new("GET", AppLogs, Access.Viewer, "The log of an app's instances as server-sent events; ?lines=N&follow=true&on=NODE."),
        new("GET", Top, Access.Viewer, "What nodes and apps use."),
        new("GET", GitRefs, Access.Viewer, "Git: what the AYS repository has; to push takes the role operator."),
        new("POST", GitFetch, Access.Viewer, "Git: fetch from the AYS repository."),
        new("POST", GitPush, Access.Operator, "Git: push to the AYS repository's main."),
        new("GET", Sandboxes, Access.Viewer, "Every version of every sandbox, the newest of a name last.") { ForNodes = true },
        new("POST", Sandboxes, Access.Operator, "Publish a sandbox whose objects are here: the controller signs its manifest."),
        new("GET", Sandbox, Access.Viewer, "One version of a sandbox, with its signed manifest.") { ForNodes = true },
        new("DELETE", Sandbox, Access.Operator, "Take a version back; refused while a node is to have it."),
        new("POST", SandboxVerify, Access.Operator, "Read every byte of a sandbox and say what is damaged."),
        new("POST", SandboxGc, Access.Operator, "Remove objects that no sandbox has."),
        new("GET", Object, Access.Viewer, "An object by its SHA-256; ETag, Range, immutable.") { ForNodes = true },
        new("HEAD", Object, Access.Viewer, "Whether an object is here, and its length.") { ForNodes = true },
        new("PUT", Object, Access.Operator, "Store an object; its bytes must hash to its name."),
        new("POST", ObjectsMissing, Access.Operator, "Which of these objects are not here."),
        new("GET", OpenApi, Access.Viewer, "This API as an OpenAPI document."),
    ];
}

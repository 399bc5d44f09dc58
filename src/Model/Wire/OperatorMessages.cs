namespace G8os.Model.Wire;

/// <summary>An error of the operator API: what, where, and what to do, in one sentence each.</summary>
public sealed record Problem(string Code, string Message, string Remedy = "");

/// <summary>Answer of /v1/whoami: the token's name and role (viewer, operator, admin), and where it is good.</summary>
public sealed record WhoAmI(string Name, string Role, string Grid, string Controller, string Version);

/// <summary>A node as operators see it. The shape of <c>g8os node ls --json</c>.</summary>
public sealed record NodeView
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    /// <summary>pending, enrolled, online, suspect, offline, lost, removed.</summary>
    public required string State { get; init; }
    /// <summary>network, unlock, secure, ssh, sandboxes, managed; empty before the first session.</summary>
    public required string Phase { get; init; }
    /// <summary>The link that reached a controller, e.g. eth1; empty when unknown.</summary>
    public required string Uplink { get; init; }
    /// <summary>The candidate that carries it: net.toml, last-good, dhcp, rescue.</summary>
    public required string Candidate { get; init; }
    public required string Address { get; init; }
    /// <summary>What the node waits for or why it is not further; empty when managed.</summary>
    public string Waiting { get; set; } = "";
    /// <summary>Whether a commit of the AYS repository names it; one that none names is managed all the same, and runs no apps.</summary>
    public bool Assigned { get; init; }
    public Values<string> Macs { get; set; } = [];
    public SortedDictionary<string, string> Labels { get; set; } = [];
    public string Fingerprint { get; set; } = "";
    public NodeFacts Facts { get; set; } = new();
    public DateTimeOffset? LastSeen { get; init; }
    public DateTimeOffset? CertificateNotAfter { get; init; }
}

/// <summary>POST /v1/nodes/{node}/accept. What is null stays as the node's token said.</summary>
public sealed record AcceptRequest(string? Name, SortedDictionary<string, string>? Labels);

/// <summary>The grid in numbers.</summary>
public sealed record GridStatus
{
    public required string Grid { get; init; }
    public required string Controller { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required SortedDictionary<string, int> NodesByState { get; init; }
    public required SortedDictionary<string, int> NodesByPhase { get; init; }
    public required int JobsRunning { get; init; }
    public required Values<NodeView> Nodes { get; init; }
}

/// <summary>POST /v1/jobs. Either nodes or labels choose the targets.</summary>
public sealed record JobRequest
{
    /// <summary>1 to 256 words, 64 KiB together.</summary>
    public required Values<string> Command { get; init; }
    public Values<string> Nodes { get; set; } = [];
    public SortedDictionary<string, string> Labels { get; set; } = [];
    /// <summary>Seconds until a still running command is killed (the ancestor's max_time); 0 is no limit.</summary>
    public int MaxTimeSeconds { get; set; } = 3600;
    /// <summary>Seconds an unreachable node's job is kept for it; then its result is expired.</summary>
    public int ExpiresSeconds { get; set; } = 60;
    /// <summary>Bytes for the command's standard input, base64, at most 768 KiB: with the command it fits into one message of a session.</summary>
    public string? Stdin { get; init; }
}

/// <summary>How a job ended on a node; exactly one is recorded per job and node.</summary>
public enum Outcome { Ok, Error, Timeout, Killed, Expired, Refused }

/// <summary>How far a job is on one node; once <see cref="State"/> is done it never changes.</summary>
public sealed record JobResult
{
    public required string Node { get; init; }
    public required string NodeId { get; init; }
    /// <summary>queued, sent, running, done.</summary>
    public required string State { get; init; }
    public Outcome? Outcome { get; init; }
    /// <summary>The command's exit code; 128 + signal when it was killed by one.</summary>
    public int? ExitCode { get; init; }
    public string Reason { get; set; } = "";
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
}

/// <summary>A job and its results, one per node it was sent to.</summary>
public sealed record JobView
{
    public required string Id { get; init; }
    public required Values<string> Command { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required bool Done { get; init; }
    public required Values<JobResult> Results { get; init; }
}

/// <summary>One server-sent event of a job's stream: output (base64 in <see cref="Data"/>, stream 1 or 2) or a node's result.</summary>
public sealed record JobEvent
{
    public required string Node { get; init; }
    public int Stream { get; init; }
    public string? Data { get; init; }
    public JobResult? Result { get; init; }
    /// <summary>Bytes a slow reader lost before this event.</summary>
    public long Dropped { get; init; }
}

/// <summary>One server-sent event of a node's log.</summary>
public sealed record LogLine(string Node, string Source, string Text);

/// <summary>POST /v1/tokens: a join token for nodes.</summary>
public sealed record TokenRequest
{
    public string? NodeName { get; init; }
    public SortedDictionary<string, string> Labels { get; set; } = [];
    /// <summary>How many nodes may use it: 1 is a one-time token.</summary>
    public int Uses { get; set; } = 1;
    /// <summary>Seconds it is good for, 60 to 31,536,000.</summary>
    public int ValidSeconds { get; set; } = 86_400;
}

/// <summary>A join token as admins see it.</summary>
public sealed record TokenView
{
    public required string Id { get; init; }
    /// <summary>The secret, only in the answer that makes it.</summary>
    public string? Secret { get; init; }
    public string? NodeName { get; init; }
    public SortedDictionary<string, string> Labels { get; set; } = [];
    public required int UsesLeft { get; init; }
    public required DateTimeOffset Expires { get; init; }
}

/// <summary>POST /v1/ssh/certificate: a node's name or id, and the OpenSSH public key line to certify.</summary>
public sealed record SshCertificateRequest(string Node, string PublicKey);
/// <summary>A user certificate whose principal is the node's id, where its sshd is, the CA line of its host key, and the login name.</summary>
public sealed record SshCertificateAnswer(string Certificate, string Address, DateTimeOffset Expires, string HostCa, string Login);

/// <summary>A line of the audit log; <paramref name="Hash"/> covers this line and the hash of the one before.</summary>
public sealed record AuditEntry(long Number, DateTimeOffset Time, string Who, string What, string Subject, string Detail, string Hash);

/// <summary>The answer of explain: one causal chain with evidence.</summary>
public sealed record NodeExplanation
{
    public required NodeView Node { get; init; }
    /// <summary>One sentence: the present state and why.</summary>
    public required string Summary { get; init; }
    /// <summary>What comes next and when; empty when nothing is waited for.</summary>
    public string Next { get; set; } = "";
    public Values<Transition> Transitions { get; set; } = [];
}

/// <summary>One past step of a node, oldest first in a list, with what was seen that caused it.</summary>
public sealed record Transition(DateTimeOffset Time, string What, string Evidence);

/// <summary>What a node reports of itself for explain, over its session.</summary>
public sealed record NodeReport
{
    public required string Summary { get; init; }
    public string Next { get; set; } = "";
    public Values<Transition> Transitions { get; set; } = [];
    /// <summary>The last steps of its apps: What begins with "app/NAME ".</summary>
    public Values<Transition> Apps { get; set; } = [];
}

namespace G8os.Model.Apps;

/// <summary>
/// One service as a node runs it: compiled by the robot from a blueprint, delivered in the node's signed manifest. It holds no secret.
/// Two specs that are equal have the same <see cref="AppDigest"/>; the node reports that digest, so that nothing is compared by hand.
/// </summary>
public sealed record AppSpec
{
    /// <summary>The service's name on its node: the app's name, unique on the node. 1 to 63 lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }
    /// <summary>The sandbox it runs out of, NAME@VERSION; it is one of the manifest's sandboxes.</summary>
    public required string Sandbox { get; init; }
    public required ProcessSpec Process { get; init; }
    public Values<HealthCheck> Health { get; set; } = [];
    public RestartSpec Restart { get; set; } = new();
    public StopSpec Stop { get; set; } = new();
    public ResourceSpec Resources { get; set; } = new();
    /// <summary>TCP ports of the node it listens on; no two apps of a node claim one.</summary>
    public Values<int> Ports { get; set; } = [];
    /// <summary>Apps of the same node that are ready before this one is started, and stopped after it.</summary>
    public Values<string> After { get; set; } = [];
}

/// <summary>A command in a sandbox, run by runc: the sandbox is its read-only root, /data is its own and is kept until it is uninstalled.</summary>
public sealed record ProcessSpec
{
    /// <summary>Absolute path inside the sandbox.</summary>
    public required string Exec { get; init; }
    public Values<string> Args { get; set; } = [];
    public Table<string> Env { get; set; } = [];
    /// <summary>A user of the sandbox's /etc/passwd, or a number; nobody (65534) when it is not said.</summary>
    public string User { get; set; } = "65534";
    public string Directory { get; set; } = "/";
}

/// <summary>How a service is asked whether it is well. Times in milliseconds.</summary>
public sealed record HealthCheck
{
    /// <summary>http or tcp.</summary>
    public required string Kind { get; init; }
    public required int Port { get; init; }
    /// <summary>For http: what is got; a status of 200 to 399 is healthy.</summary>
    public string Path { get; set; } = "/";
    public int Every { get; set; } = 10_000;
    public int Timeout { get; set; } = 2_000;
    /// <summary>So many failures in a row make it unhealthy; one success makes it healthy.</summary>
    public int Down { get; set; } = 3;
}

/// <summary>How soon it is started again: <see cref="First"/> × growth up to <see cref="Max"/>; more than <see cref="Limit"/> starts within <see cref="Window"/> and it is failed until its spec changes. Milliseconds.</summary>
public sealed record RestartSpec
{
    public int First { get; set; } = 1_000;
    public int Max { get; set; } = 300_000;
    public int Limit { get; set; } = 5;
    public int Window { get; set; } = 600_000;
    /// <summary>After it was started it may be unhealthy so long before it counts.</summary>
    public int Grace { get; set; } = 60_000;
}

/// <summary>SIGTERM, then after <see cref="Timeout"/> milliseconds SIGKILL to its whole cgroup.</summary>
public sealed record StopSpec
{
    public int Timeout { get; set; } = 10_000;
}

/// <summary>Limits of its cgroup; 0 is no limit.</summary>
public sealed record ResourceSpec
{
    public long Memory { get; set; }
    /// <summary>Thousandths of a processor.</summary>
    public int Cpu { get; set; }
    public int Processes { get; set; }
}

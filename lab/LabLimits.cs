namespace G8os.Lab;

/// <summary>The lab's limits, in one place.</summary>
public static class LabLimits
{
    /// <summary>A node gets so long between SIGTERM and SIGKILL.</summary>
    public const int NodeStopSeconds = 10;
    /// <summary>A controller gets so long between SIGTERM and SIGKILL.</summary>
    public const int ControllerStopSeconds = 15;
    /// <summary>A controller must answer within this time of its start.</summary>
    public static readonly TimeSpan ControllerReady = TimeSpan.FromSeconds(60);
    /// <summary>A node's root must be mounted within this time.</summary>
    public static readonly TimeSpan NodeMounted = TimeSpan.FromSeconds(20);
    /// <summary>Processes that were killed must be gone within this time.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromSeconds(20);
    /// <summary>A supervisor must open its control socket within this time.</summary>
    public static readonly TimeSpan SupervisorReady = TimeSpan.FromSeconds(20);
    /// <summary>A supervisor that was told to stop gets so long to leave by itself.</summary>
    public static readonly TimeSpan SupervisorLeaves = TimeSpan.FromSeconds(5);
    /// <summary>Connections through one relay at a time; more wait in the listen queue.</summary>
    public const int RelayConnections = 64;
    /// <summary>When one direction has ended, the other gets so long to end too.</summary>
    public static readonly TimeSpan RelayHalfOpen = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan RelayConnect = TimeSpan.FromSeconds(5);
    /// <summary>Control connections at a time.</summary>
    public const int ControlConnections = 32;
    /// <summary>Characters in one line of the control socket.</summary>
    public const int ControlLine = 4 * 1024 * 1024;
    /// <summary>A log that is longer when its program starts again is moved aside, once.</summary>
    public const long LogBytes = 16 * 1024 * 1024;
    public const int AnswerBytes = 16 * 1024 * 1024;
    /// <summary>How long a join token for a lab node is good.</summary>
    public const int TokenValidSeconds = 30 * 24 * 3600;
    /// <summary>How often a node may join with its token: a wiped node comes back as a new one.</summary>
    public const int TokenUses = 1000;
}

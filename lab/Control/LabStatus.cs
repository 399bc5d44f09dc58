using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Lab.Control;

/// <summary>Where a whole lab stands.</summary>
[JsonConverter(typeof(WordConverter<LabState>))]
public enum LabState
{
    /// <summary>Segments, controllers and nodes are being started.</summary>
    Starting,
    /// <summary>Everything that was drawn has been started; nodes may still be on their way.</summary>
    Running,
    /// <summary>Something could not be started; what runs is left for inspection.</summary>
    Failed,
    Stopping,
}

/// <summary>Where a program of the lab stands: a controller's process or a node's pid 1.</summary>
[JsonConverter(typeof(WordConverter<MachineState>))]
public enum MachineState { Stopped, Starting, Running, Exited }

/// <summary>What <c>g8os lab status --json</c> prints.</summary>
public sealed record LabStatus
{
    public required string Name { get; init; }
    public required LabState State { get; init; }
    /// <summary>What the lab is doing or why it failed; empty when it runs.</summary>
    public string Message { get; init; } = "";
    /// <summary>The lab file it was drawn from.</summary>
    public required string File { get; init; }
    /// <summary>Where its files and logs are.</summary>
    public required string Directory { get; init; }
    /// <summary>The private ssh key that opens every node as root.</summary>
    public required string SshKey { get; init; }
    /// <summary>Process id of the supervisor.</summary>
    public required int Supervisor { get; init; }
    public Values<SegmentStatus> Segments { get; init; } = [];
    public Values<ControllerStatus> Controllers { get; init; } = [];
    public Values<NodeStatus> Nodes { get; init; } = [];
}

/// <summary>A segment; <see cref="Dhcp"/> is the address of its server, null for none.</summary>
public sealed record SegmentStatus(string Name, string? Subnet, string? Dhcp, MachineState? DhcpState);

/// <summary>A controller, and how it is reached from this machine.</summary>
public sealed record ControllerStatus
{
    public required string Name { get; init; }
    public required MachineState State { get; init; }
    public int? Pid { get; init; }
    /// <summary>True when it answers.</summary>
    public required bool Ready { get; init; }
    /// <summary>Its operator API through the relay: https://127.0.0.1:PORT.</summary>
    public required string Url { get; init; }
    /// <summary>Its plain port through the relay: http://127.0.0.1:PORT.</summary>
    public required string PlainUrl { get; init; }
    /// <summary>The pin of its grid; null before it first answered.</summary>
    public string? Pin { get; init; }
    public Values<LinkStatus> Links { get; init; } = [];
    /// <summary>Why it is not ready; empty when it is.</summary>
    public string Waiting { get; init; } = "";
    public required string Log { get; init; }
}

/// <summary>A node: what the lab sees of it, and what a controller says of it.</summary>
public sealed record NodeStatus
{
    public required string Name { get; init; }
    public required MachineState State { get; init; }
    /// <summary>Its pid 1, as the machine counts.</summary>
    public int? Pid { get; init; }
    /// <summary>Its sshd through the relay: 127.0.0.1:PORT.</summary>
    public required int SshPort { get; init; }
    /// <summary>Ports of its apps through relays.</summary>
    public Values<PublishedPort> Published { get; init; } = [];
    /// <summary>True when there is nothing more to wait for: managed, or without join token and pending.</summary>
    public required bool Settled { get; init; }
    /// <summary>As the controller has it: network, unlock, …, managed; empty when no controller knows the node.</summary>
    public string Phase { get; init; } = "";
    /// <summary>pending, enrolled, online, …; empty when no controller knows the node.</summary>
    public string Enrolment { get; init; } = "";
    public string Uplink { get; init; } = "";
    public string Candidate { get; init; } = "";
    public string Address { get; init; } = "";
    /// <summary>What it waits for and why; its last console line when no controller knows it.</summary>
    public string Waiting { get; init; } = "";
    public Values<LinkStatus> Links { get; init; } = [];
    /// <summary>What its pid 1 wrote, on this machine.</summary>
    public required string Console { get; init; }
    /// <summary>What its core wrote, on this machine, while it runs.</summary>
    public string? Log { get; init; }
}

/// <summary>A TCP port of a node's apps, and the port of 127.0.0.1 that leads to it.</summary>
public sealed record PublishedPort(int Port, int Local);

/// <summary>A link of a machine. <see cref="Up"/> is false when the lab took its carrier away.</summary>
public sealed record LinkStatus(string Name, string Segment, string Mac, bool Up, string Address);

/// <summary>Enums as lower-case words, as everywhere in g8os's JSON for people.</summary>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;

using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Lab.Control;

/// <summary>What can be asked of a supervisor.</summary>
public enum LabVerb
{
    Status,
    /// <summary>Where to enter a node, or the network of a segment or controller.</summary>
    Target,
    /// <summary>How to log in to the grid of the first controller.</summary>
    Login,
    NodeStart,
    /// <summary>SIGTERM to pid 1, SIGKILL after <see cref="LabLimits.NodeStopSeconds"/>.</summary>
    NodeStop,
    /// <summary>SIGKILL to pid 1: the plug is pulled.</summary>
    NodeKill,
    /// <summary>Stopped, its disk and medium emptied.</summary>
    NodeWipe,
    LinkUp,
    LinkDown,
    ControllerStart,
    ControllerStop,
    ControllerKill,
    /// <summary>Everything is stopped, then the supervisor leaves.</summary>
    Stop,
}

/// <summary>One line of JSON to the supervisor.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Machine">The node or controller it is done to.</param>
/// <param name="Link">The link, for <see cref="LabVerb.LinkUp"/> and <see cref="LabVerb.LinkDown"/>.</param>
public sealed record LabRequest(LabVerb Verb, string? Machine = null, string? Link = null);

/// <summary>One line of JSON back: an error, or what was asked for.</summary>
public sealed record LabReply
{
    /// <summary>One sentence; null when it was done.</summary>
    public string? Error { get; init; }
    public LabErrorKind Kind { get; init; }
    public LabStatus? Status { get; init; }
    public LabTarget? Target { get; init; }
    public LabLogin? Login { get; init; }
}

/// <summary>What an error means to a script.</summary>
public enum LabErrorKind { Failed, NotFound, NotReady }

/// <summary>Where a visitor goes.</summary>
/// <param name="Pid">A node's pid 1 as the machine counts; 0 when only a network is entered.</param>
/// <param name="Cgroups">The files a visitor writes itself to first.</param>
/// <param name="Net">The path of the network namespace of a segment or controller; null for a node.</param>
public sealed record LabTarget(int Pid, Values<string> Cgroups, string? Net = null);

/// <summary>How the operator's command line reaches the lab's grid. Holds a token.</summary>
/// <param name="Name">The lab's name; the context is named after it.</param>
/// <param name="Url">https://127.0.0.1:PORT, the relay to the first controller.</param>
/// <param name="Pin">The pin of the grid's root.</param>
/// <param name="Token">An operator token.</param>
/// <param name="Reach">Node name → 127.0.0.1:PORT of its ssh.</param>
public sealed record LabLogin(string Name, string Url, string Pin, string Token, SortedDictionary<string, string> Reach)
{
    /// <summary>Without the token: a login may be named in a message.</summary>
    public override string ToString() => $"{Name} ({Url})";
}

/// <summary>The JSON of the control socket, of the lab's own files and of <c>--json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LabRequest))]
[JsonSerializable(typeof(LabReply))]
[JsonSerializable(typeof(LabStatus))]
[JsonSerializable(typeof(List<LabSummary>))]
[JsonSerializable(typeof(Serve.LabRecord))]
[JsonSerializable(typeof(Inside.NodeSpec))]
public sealed partial class LabJson : JsonSerializerContext;

/// <summary>One lab of this machine, as <c>g8os lab ls</c> shows it.</summary>
/// <param name="State">running, starting, failed, stopping; dead when its supervisor is gone.</param>
public sealed record LabSummary(string Name, string State, int Nodes, int Managed, string File, string Directory);

using System.Collections.Immutable;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>What was issued to the nodes so far, by node name: the robot's memory, and the start of each plan.</summary>
public sealed record GridIssued
{
    public static readonly GridIssued Nothing = new();

    public ImmutableSortedDictionary<string, NodeIssue> Nodes { get; init; } = ImmutableSortedDictionary.Create<string, NodeIssue>(StringComparer.Ordinal);

    public NodeIssue Of(string node) => Nodes.TryGetValue(node, out var issue) ? issue : NodeIssue.Nothing;

    public GridIssued With(string node, NodeIssue issue) => this with { Nodes = Nodes.SetItem(node, issue) };
}

/// <summary>The content of a node's newest manifest. The generation grows by one with each.</summary>
public sealed record NodeIssue
{
    public static readonly NodeIssue Nothing = new();

    public long Generation { get; init; }
    public string Commit { get; init; } = "";
    /// <summary>Tool sandboxes, NAME@VERSION.</summary>
    public Values<string> Sandboxes { get; set; } = [];
    /// <summary>By service id.</summary>
    public Table<ServiceSpec> Services { get; set; } = [];
    /// <summary>Services that were taken out of the manifest and that the node has not said to be absent: until then they run nowhere else.</summary>
    public Table<ServiceSpec> Leaving { get; set; } = [];
    /// <summary>Services of the manifest that were not yet seen well as they are issued, by id.</summary>
    public Table<Unproven> Unproven { get; set; } = [];
}

/// <summary>A service that was issued and not yet seen well.</summary>
/// <param name="Back">The newest spec of it that was; null when none was.</param>
public sealed record Unproven(ServiceSpec? Back);

/// <summary>What a node was last heard of; <see cref="Connected"/> is false when its session is gone.</summary>
public sealed record NodeSeen
{
    public static readonly NodeSeen Never = new();

    public bool Connected { get; init; }
    /// <summary>Generation of the manifest it goes by.</summary>
    public long Generation { get; init; }
    public Values<AppStatus> Apps { get; init; } = [];

    /// <summary>What it says of the app of this name; null when it does not have it.</summary>
    public AppStatus? App(string name)
    {
        foreach (var app in Apps)
            if (app.Name == name)
                return app;
        return null;
    }
}

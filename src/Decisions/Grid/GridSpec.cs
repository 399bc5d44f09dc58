using System.Collections.Immutable;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>What a commit wants of the whole grid: blueprints merged, checked and compiled. Nodes by name, services by id.</summary>
public sealed record GridSpec
{
    public static readonly ImmutableSortedDictionary<string, NodeSpec> NoNodes = ImmutableSortedDictionary.Create<string, NodeSpec>(StringComparer.Ordinal);
    public static readonly ImmutableSortedDictionary<string, ServiceSpec> NoServices = ImmutableSortedDictionary.Create<string, ServiceSpec>(StringComparer.Ordinal);

    /// <summary>The commit it was compiled from, as git names it.</summary>
    public required string Commit { get; init; }
    public ImmutableSortedDictionary<string, NodeSpec> Nodes { get; init; } = NoNodes;
    public ImmutableSortedDictionary<string, ServiceSpec> Services { get; init; } = NoServices;
}

/// <summary>A node that the repository names.</summary>
public sealed record NodeSpec
{
    public required string Name { get; init; }
    /// <summary>The node id it is bound to; empty when its MACs bind it.</summary>
    public string Id { get; init; } = "";
    public Values<string> Macs { get; init; } = [];
    public Table<string> Labels { get; init; } = [];
    /// <summary>Tool sandboxes it mounts at /sandbox/NAME, each NAME@VERSION.</summary>
    public Values<string> Sandboxes { get; init; } = [];
}

/// <summary>One instance of an app on one node.</summary>
public sealed record ServiceSpec
{
    /// <summary>APP for an app on one node, APP@NODE for one on several: it stays the same when an app is moved.</summary>
    public required string Id { get; init; }
    /// <summary>Name of its node.</summary>
    public required string Node { get; init; }
    public required AppSpec App { get; init; }
    /// <summary>Ids of the services that are ready before it is started and stopped after it.</summary>
    public Values<string> Producers { get; init; } = [];
    public UpdateSpec Update { get; init; } = new();
}

/// <summary>How the instances of one app are changed. Times in milliseconds.</summary>
public sealed record UpdateSpec
{
    /// <summary>Instances changed first, alone; 0 for none.</summary>
    public int Canary { get; init; }
    /// <summary>Instances changed at a time after that.</summary>
    public int Batch { get; init; } = 1;
    /// <summary>An instance counts when it was ready so long without a break.</summary>
    public int MinHealthy { get; init; } = 10_000;
    /// <summary>It has to count within this after its node took it up.</summary>
    public int HealthyDeadline { get; init; } = 300_000;
    /// <summary>One that does not is put back to what it was, with all other instances of its app.</summary>
    public bool Rollback { get; init; } = true;
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Decisions.Grid;

/// <summary>What is done to a service.</summary>
public enum ChangeKind
{
    Create,
    Update,
    /// <summary>The first half of a move: away from the old node, before it is created on the new one.</summary>
    Leave,
    Destroy,
    /// <summary>It is issued as wanted and was not yet seen well, as after a run that was cut short: nothing is issued, it is only judged.</summary>
    Verify,
}

/// <summary>A field of a service that becomes another: a dotted path, and both values as text.</summary>
public sealed record FieldChange(string Path, string Old, string New);

/// <summary>One change of a plan.</summary>
public sealed record ServiceChange
{
    /// <summary>The service id; for <see cref="ChangeKind.Leave"/> "ID leaves NODE".</summary>
    public required string Key { get; init; }
    public required ChangeKind Kind { get; init; }
    public required string Service { get; init; }
    /// <summary>The node it is done on.</summary>
    public required string Node { get; init; }
    /// <summary>What was issued before; null for a create.</summary>
    public ServiceSpec? Old { get; init; }
    /// <summary>What is issued now; null for a leave or destroy.</summary>
    public ServiceSpec? New { get; init; }
    /// <summary>What a rollback issues: the newest spec of the service that was seen well; null when there is none.</summary>
    public ServiceSpec? Back { get; init; }
    public Values<FieldChange> Diff { get; init; } = [];
    /// <summary>Keys of changes that have ended well before this one begins.</summary>
    public Values<string> After { get; init; } = [];
    /// <summary>Keys of changes that are over before this one begins, however they ended: a removal waits for those who use it, but not for ever.</summary>
    public Values<string> Behind { get; init; } = [];
    /// <summary>1 for what needs nothing before it, and one more than the highest of what comes before it.</summary>
    public int Order { get; init; }
    /// <summary>Instances of an app are restarted in waves, the canaries first: the wave of this one, from 1; 0 when there are none.</summary>
    public int Wave { get; init; }
    /// <summary>The app is stopped and started by it.</summary>
    [JsonIgnore]
    public bool Restarts => Kind == ChangeKind.Update && Old?.App != New?.App;
    /// <summary>How long it has to be ready without a break to count as well, in milliseconds. Only what replaces something that was well has to prove itself.</summary>
    [JsonIgnore]
    public int Soak => New is { } now && (Restarts || (Kind == ChangeKind.Verify && Back is not null)) ? now.Update.MinHealthy : 0;
}

/// <summary>A node whose tool sandboxes become others.</summary>
public sealed record NodeChange(string Node, Values<string> Old, Values<string> New);

/// <summary>What has to be done so that what is issued becomes what is wanted; empty when it is that already.</summary>
public sealed record GridPlan
{
    public static readonly ImmutableSortedDictionary<string, ServiceChange> NoChanges = ImmutableSortedDictionary.Create<string, ServiceChange>(StringComparer.Ordinal);

    /// <summary>16 hex digits over what is wanted and what was issued: the same plan has the same id, and another reality another one.</summary>
    public required string Id { get; init; }
    public required string Commit { get; init; }
    public ImmutableSortedDictionary<string, ServiceChange> Changes { get; init; } = NoChanges;
    public Values<NodeChange> Nodes { get; init; } = [];
    /// <summary>Services that stay as they are.</summary>
    public int Unchanged { get; init; }

    public bool IsEmpty => Changes.Count == 0 && Nodes.Count == 0;
}

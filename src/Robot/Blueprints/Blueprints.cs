using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Robot.Blueprints;

/// <summary>What a document says, with the places of what other documents can contradict.</summary>
internal sealed record NodeBlueprint(Said Name)
{
    public Said? Id { get; init; }
    public IReadOnlyList<Said> Macs { get; init; } = [];
    public Table<string> Labels { get; init; } = [];
    /// <summary>Null: those of ays.yaml.</summary>
    public IReadOnlyList<Said>? Sandboxes { get; init; }
}

/// <summary>kind: app.</summary>
internal sealed record AppBlueprint(Said Name)
{
    public IReadOnlyList<Said> Nodes { get; init; } = [];
    /// <summary>Written with <c>nodes:</c>: its services are called APP@NODE.</summary>
    public bool Several { get; init; }
    public Said? Sandbox { get; init; }
    public ProcessBlueprint? Process { get; init; }
    public IReadOnlyList<(int Port, Place Place)> Ports { get; init; } = [];
    public IReadOnlyList<Consumed> Consumes { get; init; } = [];
    public Values<HealthCheck> Health { get; init; } = [];
    public RestartSpec Restart { get; init; } = new();
    public StopSpec Stop { get; init; } = new();
    public ResourceSpec Resources { get; init; } = new();
    public UpdateSpec Update { get; init; } = new();
}

/// <summary>The command; arguments and variables may hold expressions.</summary>
internal sealed record ProcessBlueprint(string Exec, IReadOnlyList<Template> Args, IReadOnlyList<(string Name, Template Value)> Env)
{
    public string? User { get; init; }
    public string? Directory { get; init; }
}

/// <summary>A line of consumes: the app that is meant, and what this app calls it.</summary>
internal sealed record Consumed(string Alias, Said App);

/// <summary>ays.yaml as it is written.</summary>
internal sealed record RepositoryBlueprint(AysApply Apply, IReadOnlyList<Said> Sandboxes)
{
    public static readonly RepositoryBlueprint Default = new(AysApply.Auto, []);
}

/// <summary>All that the files say, each kind in the order of files and lines.</summary>
internal sealed record RepositoryContents(RepositoryBlueprint Repository, IReadOnlyList<NodeBlueprint> Nodes, IReadOnlyList<AppBlueprint> Apps);

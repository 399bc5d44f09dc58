using G8os.Controller.Git;
using G8os.Controller.Storage;
using G8os.Decisions.Git;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Grid;
using G8os.Model.Wire;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>
/// The robot's state and what follows from what happens; one thread at a time. It does nothing itself: what is to be written is collected in
/// <see cref="Writes"/>, whom to send a manifest in <see cref="ToSend"/>, and both are done by <see cref="RobotService"/>, in this order.
/// </summary>
internal sealed partial class RobotDesk(ManifestMaker maker, Func<AysSurroundings> surroundings)
{
    private readonly Dictionary<string, IssuedManifest> manifests = new(StringComparer.Ordinal);
    private GridIssued issued = GridIssued.Nothing;
    private IReadOnlyList<TreeFile> files = [];
    private CommitFacts? commit;
    private GridSpec? wanted;
    private AysPolicy policy = new();
    private string attempt = "";
    private GridPlan? plan;
    private string waiting = "";
    private RefusedView? refused;
    private Table<string> compiledWith = [];
    // A commit that main stands at and that could not be compiled, e.g. for a sandbox that is gone: tried again when the store changes.
    private (CommitFacts Facts, IReadOnlyList<TreeFile> Files)? refusedHead;

    /// <summary>To be written together, in this order.</summary>
    public List<Action<Tx>> Writes { get; } = [];

    /// <summary>Names of nodes that have a manifest to be sent, once everything is written.</summary>
    public SortedSet<string> ToSend { get; } = new(StringComparer.Ordinal);

    public RobotPicture Picture => new()
    {
        Commit = commit, Wanted = wanted, Policy = policy, Plan = plan, Waiting = waiting, Issued = issued, Run = run, Bound = bound, Names = names, Refused = refused,
    };

    /// <summary>Takes up what was kept.</summary>
    public void Load(Database database)
    {
        foreach (var manifest in ManifestRows.Load(database))
        {
            manifests[manifest.Name] = manifest;
            issued = issued.With(manifest.Name, manifest.Issue);
        }
        run = RunRows.Get(database, null, issued);
        (written, ended) = (run?.State, run?.Ended);
        lines = run is null ? 0 : RunRows.Lines(database, run.State.Number);
        refused = RefusedRows.Load(database);
    }

    /// <summary>Main stands at another commit. What comes of it, in a sentence for whoever brought it.</summary>
    public string Take(CommitFacts facts, IReadOnlyList<TreeFile> yaml, string who)
    {
        var result = Compile(facts.Commit, yaml);
        refusedHead = result.Grid is null ? (facts, yaml) : null;
        if (result.Grid is null)
            return Refuse(facts.Commit, who, [.. result.Lines]);
        (commit, files) = (facts, yaml);
        if (refused is not null)
        {
            refused = null;
            Writes.Add(RefusedRows.Clear);
        }
        Use(result);
        return Outcome(Decide(who, applied: false));
    }

    /// <summary>A push or commit that cannot be applied: it is told, and what was before stands.</summary>
    public string Refuse(string what, string who, IReadOnlyList<string> errors)
    {
        refused = new RefusedView(what, who, ControllerClock.Now, errors.ToValues());
        var row = refused;
        Writes.Add(tx => RefusedRows.Put(tx, row));
        return $"refused: {errors[0]}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}";
    }

    /// <summary>What names mean may be another thing now: sandboxes came, addresses changed.</summary>
    public void Recompile()
    {
        if (refusedHead is { } head)
        {
            Take(head.Facts, head.Files, "controller");
            return;
        }
        if (commit is null || Compile(commit.Commit, files) is not { Grid: not null } result)
            return;
        var before = attempt;
        Use(result);
        if (attempt != before || waiting.Length > 0)
            Decide(run?.Who ?? "controller", applied: false);
    }

    /// <summary>Now and then: addresses of nodes may have changed.</summary>
    public void Refresh()
    {
        if (commit is not null && surroundings().Addresses is var addresses && addresses != compiledWith)
            Recompile();
    }

    /// <summary>Puts the present plan into effect; the plan that was read must be the present one.</summary>
    public string Apply(string? read, string who)
    {
        if (wanted is null)
            throw new Http.ApiFault(409, "no-commit", "cannot apply: there is no commit yet", "g8os ays clone, commit, git push");
        plan = GridPlanner.Plan(wanted, issued);
        if (read is not null && read != plan.Id)
            throw new Http.ApiFault(409, "moved", $"cannot apply plan {read}: reality moved since, the present plan is {(plan.IsEmpty ? "empty" : plan.Id)}", "read it with g8os ays plan");
        if (plan.IsEmpty)
            return "nothing to do: the grid is what the newest commit says";
        var decision = Decide(who, applied: true);
        return decision.Move == RobotMove.Begin ? Outcome(decision) : throw new Http.ApiFault(409, "held", $"cannot apply plan {plan.Id}: {decision.Waiting}");
    }

    /// <summary>Why what is wanted cannot be carried out now; empty when it can.</summary>
    public string Missing(GridSpec spec)
    {
        foreach (var service in spec.Services.Values)
            if (!maker.Has(service.App.Sandbox))
                return $"it waits for sandbox {service.App.Sandbox} of {service.Id}, which is not in the store: g8os sandbox push brings it";
        foreach (var node in spec.Nodes.Values)
            if (node.Sandboxes.FirstOrDefault(sandbox => !maker.Has(sandbox)) is { } absent)
                return $"it waits for sandbox {absent} of node {node.Name}, which is not in the store: g8os sandbox push brings it";
        foreach (var services in spec.Services.Values.GroupBy(service => service.Node).Where(services => services.Count() > ManifestMaker.SmallNode))
            if (maker.Size(services.Key, spec, [.. services]) is > NodeManifest.MaxBytes and var size)
                return $"the manifest of node {services.Key} would have {size} bytes, at most {NodeManifest.MaxBytes} are sent: give it fewer apps";
        return "";
    }

    private AysResult Compile(string id, IReadOnlyList<TreeFile> yaml)
    {
        var known = surroundings();
        compiledWith = known.Addresses;
        return Blueprints.Compile(id, yaml, known);
    }

    private void Use(AysResult result)
    {
        (wanted, policy) = (result.Grid, result.Policy);
        attempt = RobotRules.AttemptOf(wanted!);
        Bind();
    }

    private RobotDecision Decide(string who, bool applied)
    {
        if (wanted is null)
            return new(RobotMove.Rest);
        plan = GridPlanner.Plan(wanted, issued);
        var decision = RobotRules.Decide(new RobotQuestion
        {
            Plan = plan, Attempt = attempt, Missing = Missing(wanted), Auto = policy.Apply == AysApply.Auto, Applied = applied, Run = run?.State, RunAttempt = run?.Attempt ?? "",
        });
        waiting = decision.Waiting;
        if (decision.Move == RobotMove.Begin)
            Begin(plan, who);
        return decision;
    }

    private string Outcome(RobotDecision decision) =>
        decision.Move == RobotMove.Begin && run is not null ? $"accepted; run {run.State.Number} starts; follow it with g8os ays run {run.State.Number}"
        : waiting.Length > 0 ? $"accepted; {waiting}"
        : run is { State.Outcome: null } ? $"accepted; run {run.State.Number} goes on"
        : $"accepted; {PushRules.Branch} is in force, nothing changes";

    private static long Now => ControllerClock.Now.ToUnixTimeMilliseconds();
}

using G8os.Controller.Git;
using G8os.Controller.Nodes;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>The robot as operators see it.</summary>
internal sealed class RobotViews(RobotService robot, Database database, NodeTable nodes, Follower follower)
{
    public const string Unknown = "unknown";

    public AysView Status()
    {
        var now = robot.Picture;
        return new AysView
        {
            Follows = follower.Follows,
            FetchFault = follower.Fault,
            Commit = now.Commit is { } commit ? Of(commit) : null,
            Apply = Word(now.Policy.Apply),
            Waiting = now.Waiting,
            Plan = now.Plan is { IsEmpty: false } plan ? plan.Id : "",
            Run = now.Run is { } run ? Of(run, full: false) : null,
            ServicesByState = new(Apps().CountBy(app => app.Ready ? "ready" : app.State).ToDictionary(), StringComparer.Ordinal),
            Refused = now.Refused,
            Unassigned = nodes.All.Where(node => node.Standing == Standing.Accepted && !IsAssigned(node.Id)).Select(node => node.Name).Order(StringComparer.Ordinal).ToValues(),
            Orphans = RunRows.Orphans(database).ToValues(),
        };
    }

    /// <summary>True when the newest commit names the machine.</summary>
    public bool IsAssigned(string node) => robot.Picture is var now && now.Names.GetValueOrDefault(node) is { } name && now.Wanted?.Nodes.ContainsKey(name) == true;

    /// <summary>Every service that was issued or is wanted, by its id and node.</summary>
    public IReadOnlyList<AppView> Apps()
    {
        var now = robot.Picture;
        var known = now.Issued.Nodes.SelectMany(node => node.Value.Services.Items.Concat(node.Value.Leaving.Items).Select(service => (Node: node.Key, Service: service)))
            .Concat((now.Wanted?.Services.Values ?? []).Select(service => (service.Node, Service: service)));
        return [.. known.DistinctBy(item => (item.Service.Id, item.Node)).OrderBy(item => item.Service.Id, StringComparer.Ordinal).ThenBy(item => item.Node, StringComparer.Ordinal)
            .Select(item => Of(now, item.Node, item.Service))];
    }

    public RunView Of(KeptRun run, bool full)
    {
        var state = run.State;
        return new RunView
        {
            Number = state.Number,
            Commit = state.Plan.Commit,
            Plan = state.Plan.Id,
            By = run.Who,
            Created = run.Created,
            Ended = run.Ended,
            State = state.Outcome is { } outcome ? Word(outcome) : "running",
            Reason = state.Reason,
            StepsByPhase = new(state.Steps.Values.CountBy(step => Word(step.Phase)).ToDictionary(), StringComparer.Ordinal),
            Steps = full ? state.Steps.Select(step => Of(state.Plan.Changes[step.Key], step.Value)).OrderBy(step => state.Plan.Changes[step.Key].Order).ToValues() : [],
            Story = full ? RunRows.Story(database, state.Number).Select(line => new Transition(line.Time, line.Step.Length > 0 ? $"{line.Step}: {line.What}" : line.What, line.Evidence)).ToValues() : [],
        };
    }

    public static CommitView Of(CommitFacts commit) => new(commit.Commit, commit.Author, commit.Subject, commit.Time);

    public static PlanView Of(GridPlan plan, string held) => new()
    {
        Id = plan.Id,
        Commit = plan.Commit,
        Unchanged = plan.Unchanged,
        Held = held,
        Text = GridPlanText.Write(plan),
        Nodes = plan.Nodes.Select(node => new ToolsChange(node.Node, node.Old, node.New)).ToValues(),
        Changes = plan.Changes.Values.OrderBy(change => change.Order).ThenBy(change => change.Key, StringComparer.Ordinal).Select(change => new ChangeView
        {
            Service = change.Service,
            Node = change.Node,
            Kind = Word(change.Kind),
            Order = change.Order,
            Restarts = change.Restarts,
            After = change.After,
            Diff = change.Diff.Select(field => new FieldDiff(field.Path, field.Old, field.New)).ToValues(),
        }).ToValues(),
    };

    private static StepView Of(ServiceChange change, RunStep step) => new()
    {
        Key = change.Key,
        Service = change.Service,
        Node = change.Node,
        Kind = Word(change.Kind),
        Phase = Word(step.Phase),
        Since = DateTimeOffset.FromUnixTimeMilliseconds(step.Since),
        Reason = step.Reason,
    };

    private AppView Of(RobotPicture now, string node, ServiceSpec service)
    {
        var voice = now.Bound.GetValueOrDefault(node) is { } id ? robot.Voices.GetValueOrDefault(id, NodeVoice.Silent) : NodeVoice.Silent;
        var status = voice.App(service.App.Name);
        var away = voice.Applied is null ? $"node {node} has not said what it runs" : voice.Connected ? "" : $"node {node} is away; this is what it last said";
        return new AppView
        {
            Service = service.Id,
            App = service.App.Name,
            Node = node,
            State = status is not null ? Word(status.State) : voice.Applied is null ? Unknown : Word(AppState.Absent),
            Ready = status?.Ready == true && voice.Connected,
            Current = status is not null && now.Wanted?.Services.GetValueOrDefault(service.Id) is { } wanted && wanted.Node == node && status.Digest == AppDigest.Of(wanted.App),
            Sandbox = status is { Sandbox.Length: > 0 } ? status.Sandbox : service.App.Sandbox,
            Restarts = status?.Restarts ?? 0,
            Since = status is { Since: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(status.Since) : null,
            Reason = status is { Reason.Length: > 0 } ? away.Length > 0 ? $"{status.Reason}; {away}" : status.Reason : away,
        };
    }

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

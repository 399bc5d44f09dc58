using System.Threading.Channels;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Sessions;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>Why an app is as it is: commit → plan → run → step → what its node says → the last lines of its log.</summary>
internal sealed class ExplainApp(RobotService robot, RobotViews views, AppRoutes apps, SessionTable sessions)
{
    public const int LogLines = 5;
    public const int MaxTransitions = 100;
    private static readonly TimeSpan LogTime = TimeSpan.FromSeconds(3);

    public async Task Explain(HttpContext context)
    {
        var instances = apps.Find(context);
        var now = robot.Picture;
        var chain = GridExplain.Of((string)context.Request.RouteValues["app"]!, Input(now));
        await Json.Write(context, new AppExplanation
        {
            App = instances[0].App,
            Summary = Summary(instances, GridExplain.Cause(chain)),
            Next = Next(instances, now),
            Services = instances.ToValues(),
            Commit = now.Commit is { } commit ? RobotViews.Of(commit) : null,
            Chain = chain.Select(line => new CauseView(line.Service, line.Link, line.Says, line.Broken)).ToValues(),
            Transitions = Story(now, instances).TakeLast(MaxTransitions).ToValues(),
            Log = await Log(instances, context.RequestAborted),
        }, WireJson.Default.AppExplanation);
    }

    private ExplainInput Input(RobotPicture now) => new(
        now.Wanted, now.Issued, now.Bound.ToDictionary(row => row.Key, row => robot.Voices.GetValueOrDefault(row.Value, NodeVoice.Silent).Seen, StringComparer.Ordinal),
        now.Run?.State, ControllerClock.Now.ToUnixTimeMilliseconds());

    private static string Summary(IReadOnlyList<AppView> instances, ExplainLine? cause)
    {
        var (ready, name) = (instances.Count(app => app.Ready), instances[0].App);
        return ready == instances.Count ? $"{name} is ready on {string.Join(", ", instances.Select(app => app.Node))}"
            : $"{name} is ready on {ready} of {instances.Count} nodes{(cause is null ? "" : $"; {cause.Service}, {cause.Link}: {cause.Says}")}";
    }

    private static string Next(IReadOnlyList<AppView> instances, RobotPicture now) =>
        now.Run is { State.Outcome: null } run ? $"run {run.State.Number} is under way: g8os ays run {run.State.Number}"
        : now.Waiting.Length > 0 ? now.Waiting
        : instances.FirstOrDefault(app => app.State == "failed") is { } failed ? $"it is not started again by itself: read g8os logs app/{failed.App} --on {failed.Node}, mend it and push"
        : "";

    private IEnumerable<Transition> Story(RobotPicture now, IReadOnlyList<AppView> instances)
    {
        if (now.Run is not { } run)
            return [];
        var keys = run.State.Plan.Changes.Values.Where(change => instances.Any(app => app.Service == change.Service)).Select(change => change.Key + ": ").ToArray();
        return views.Of(run, full: true).Story.Where(line => keys.Any(key => line.What.StartsWith(key, StringComparison.Ordinal)));
    }

    private async Task<Values<LogLine>> Log(IReadOnlyList<AppView> instances, CancellationToken stop)
    {
        var app = instances.FirstOrDefault(app => !app.Ready) ?? instances[0];
        if (apps.Machine(app) is not { } node || sessions.Get(node.Id) is not { } session)
            return [];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(LogTime);
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(LogLines) { FullMode = BoundedChannelFullMode.DropOldest });
        await new NodeLog(session, node.Name, $"app/{app.App}", LogLines, false).Pump(lines.Writer, deadline.Token);
        lines.Writer.Complete();
        var read = new List<LogLine>();
        while (lines.Reader.TryRead(out var line))
            read.Add(line);
        return read.ToValues();
    }
}

using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Sessions;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Robot;

/// <summary>The operators' routes about apps: what runs where, what it uses, what it says.</summary>
internal sealed class AppRoutes(RobotService robot, RobotViews views, NodeTable nodes, SessionTable sessions, LogRoutes logs)
{
    /// <summary>Instances whose logs are read at once.</summary>
    public const int MaxInstances = 64;

    public Task List(HttpContext context) => Json.Write(context, views.Apps().ToValues(), WireJson.Default.ValuesAppView);

    public Task Top(HttpContext context)
    {
        var apps = views.Apps();
        var uses = apps.Select(app => (App: app, Use: Use(app))).ToArray();
        var perNode = nodes.All.Where(node => node.Standing == Standing.Accepted).OrderBy(node => node.Name, StringComparer.Ordinal).Select(node =>
        {
            var own = uses.Where(pair => pair.App.Node == robot.Picture.Names.GetValueOrDefault(node.Id)).Select(pair => pair.Use).ToArray();
            var known = own.Where(use => use.Cpu is not null).ToArray();
            return new NodeUse(node.Name, node.Facts.Cpus, node.Facts.MemoryBytes, own.Length, known.Length > 0 ? Math.Round(known.Sum(use => use.Cpu!.Value), 1) : null, own.Sum(use => use.Memory));
        });
        return Json.Write(context, new TopView(perNode.ToValues(), uses.Select(pair => pair.Use).ToValues()), WireJson.Default.TopView);
    }

    public Task Logs(HttpContext context)
    {
        var on = (string?)context.Request.Query["on"];
        var instances = Find(context).Where(app => on is null || app.Node == on).Take(MaxInstances).ToArray();
        if (instances.Length == 0)
            throw new ApiFault(404, "no-app", $"cannot read the log: there is no instance of it on {on}", "see g8os app ls");
        var open = new List<NodeLog>();
        var (lines, follow) = LogRoutes.Asked(context);
        foreach (var app in instances)
            if (Machine(app) is { } node && sessions.Get(node.Id) is { } session)
                open.Add(new NodeLog(session, node.Name, $"app/{app.App}", lines, follow));
        return open.Count > 0
            ? logs.FromNodes(context, $"app/{instances[0].App}", open, follow)
            : throw new ApiFault(503, "node-away", $"cannot read the log of {instances[0].App}: {string.Join(", ", instances.Select(app => app.Node).Distinct())} is away and its log is kept there", $"see g8os explain app/{instances[0].App}");
    }

    /// <summary>The instances of the app of the path: its name, or one service's id.</summary>
    public IReadOnlyList<AppView> Find(HttpContext context)
    {
        var word = (string)context.Request.RouteValues["app"]!;
        var found = views.Apps().Where(app => app.App == word || app.Service == word).ToArray();
        return found.Length > 0 ? found : throw new ApiFault(404, "no-app", $"cannot find app {word}: no blueprint has it and none was issued", "see g8os app ls");
    }

    public NodeRecord? Machine(AppView app) => robot.Picture.Bound.GetValueOrDefault(app.Node) is { } id ? nodes.Get(id) : null;

    private AppUse Use(AppView app)
    {
        var voice = robot.Picture.Bound.GetValueOrDefault(app.Node) is { } id ? robot.Voices.GetValueOrDefault(id, NodeVoice.Silent) : NodeVoice.Silent;
        var status = voice.App(app.App);
        return new(app.Service, app.Node, app.State, status is null ? null : voice.Cpu(status), status?.Memory ?? 0, app.Restarts);
    }
}

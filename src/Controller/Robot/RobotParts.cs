using G8os.Controller.Audit;
using G8os.Controller.Git;
using G8os.Controller.Grid;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Sandboxes;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Wire;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>Wires the robot, its repository and its routes.</summary>
internal sealed class RobotParts
{
    private readonly RobotDesk desk;
    private readonly ControllerOptions options;
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly BareRepository repository;
    private readonly NodeTable nodes;
    private readonly SessionTable sessions;
    private readonly AuditLog audit;
    private readonly SandboxTable sandboxes;

    public RobotParts(
        ControllerOptions options, DataDirectory data, Database database, GridKeys keys, BareRepository repository, NodeTable nodes, SessionTable sessions, AuditLog audit,
        SandboxTable sandboxes)
    {
        this.sandboxes = sandboxes;
        (this.options, this.data, this.database, this.repository, this.nodes, this.sessions, this.audit) = (options, data, database, repository, nodes, sessions, audit);
        desk = new RobotDesk(new ManifestMaker(keys.Manifests, sandboxes.Signed), Surroundings);
    }

    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(all => new RobotService(desk, database, repository, nodes, sessions, all.GetRequiredService<ILogger<RobotService>>()));
        services.AddHostedService(all => all.GetRequiredService<RobotService>());
        services.AddSingleton(all => new HookSocket(
            data.HookSocket, new PushDoor(repository, audit, all.GetRequiredService<RobotService>(), Surroundings).Answer, all.GetRequiredService<ILogger<HookSocket>>()));
        services.AddHostedService(all => all.GetRequiredService<HookSocket>());
        services.AddSingleton(all => new Follower(
            repository, options.AysRepo, all.GetRequiredService<RobotService>(), audit, Surroundings, all.GetRequiredService<ILogger<Follower>>()));
        services.AddHostedService(all => all.GetRequiredService<Follower>());
    }

    /// <summary>What blueprints are compiled with now: the store's sandboxes, and the addresses of nodes by their names.</summary>
    public AysSurroundings Surroundings()
    {
        var addresses = Table<string>.Empty;
        foreach (var node in nodes.All.Where(node => node.Standing == Standing.Accepted))
            if (sessions.Of(node.Id).Status.Address.Split('/')[0] is { Length: > 0 } address)
                addresses = addresses.With(node.Name, address);
        return new AysSurroundings { Sandboxes = sandboxes.Versions, Addresses = addresses };
    }

    public void Map(RouteMap map, IServiceProvider all, RobotViews views, AppRoutes apps)
    {
        var robot = all.GetRequiredService<RobotService>();
        var routes = new RobotRoutes(robot, views, desk, all.GetRequiredService<Follower>(), database, Surroundings);
        map.Add("GET", Routes.Ays, routes.Status, WireJson.Default.AysView);
        map.Add("POST", Routes.AysPlan, routes.Plan, WireJson.Default.PlanView, WireJson.Default.PlanRequest);
        map.Add("POST", Routes.AysApply, routes.Apply, WireJson.Default.AysView, WireJson.Default.ApplyRequest);
        map.Add("POST", Routes.AysPull, routes.Pull, WireJson.Default.AysView);
        map.Add("GET", Routes.Runs, routes.Runs, WireJson.Default.ValuesRunView);
        map.Add("GET", Routes.Run, routes.Run, WireJson.Default.RunView);
        map.Add("GET", Routes.Apps, apps.List, WireJson.Default.ValuesAppView);
        map.Add("GET", Routes.AppExplain, new ExplainApp(robot, views, apps, sessions).Explain, WireJson.Default.AppExplanation);
        map.Add("GET", Routes.AppLogs, apps.Logs, WireJson.Default.LogLine, stream: true);
        map.Add("GET", Routes.Top, apps.Top, WireJson.Default.TopView);
    }
}

using System.Net.Sockets;
using G8os.Controller.Audit;
using G8os.Controller.Certificates;
using G8os.Controller.Git;
using G8os.Controller.Grid;
using G8os.Controller.Http;
using G8os.Controller.Jobs;
using G8os.Controller.Nodes;
using G8os.Controller.Operators;
using G8os.Controller.Robot;
using G8os.Controller.Sandboxes;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Wire;
using G8os.Store.Objects;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;

namespace G8os.Controller;

/// <summary>A whole controller: built from its data directory, started, stopped.</summary>
internal sealed class ControllerApp : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly DataDirectory data;
    private readonly Database database;
    private readonly GridKeys keys;
    private readonly Ports ports;
    private readonly ControllerOptions options;
    private readonly GridStore grid;
    private readonly BareRepository repository;

    private ControllerApp(
        WebApplication web, DataDirectory data, Database database, GridKeys keys, GridStore grid, BareRepository repository, Ports ports, ControllerOptions options) =>
        (Web, this.data, this.database, this.keys, this.grid, this.repository, this.ports, this.options) = (web, data, database, keys, grid, repository, ports, options);

    public WebApplication Web { get; }

    /// <summary>Opens (or makes) everything in the data directory and wires the program together.</summary>
    public static async Task<ControllerApp> Build(ControllerOptions options)
    {
        var sshUsers = SshUsers(options.SshKeys);
        var data = DataDirectory.Hold(options.Data);
        ControllerClock.Read(options.Data);
        var database = Database.Open(data.Database);
        var name = await Settings.Fixed(database, Settings.Controller, options.Name, ControllerOptions.DefaultName);
        var gridName = await Settings.Fixed(database, Settings.Grid, options.Grid, ControllerOptions.DefaultGrid);
        var keys = await GridKeys.Open(data, gridName, GridStore.Exists(database));
        var grid = await GridStore.Open(database, keys, gridName, name, options.SessionPort);
        await Settings.Set(database, Settings.Pin, grid.Pin);
        var repository = await BareRepository.Open(data.Git, options.AysRepo?.Shown ?? "");
        var epoch = await Settings.NextEpoch(database);
        var started = ControllerClock.Now;

        var nodes = new NodeTable(database);
        var audit = new AuditLog(database);
        var server = new ServerCertificate(keys.Issuing, name, options.Sans);
        var ports = new Ports(options, server, keys.Issuing);
        var builder = NewBuilder(ports);
        var sessions = new SessionTable(database, nodes, started);
        builder.Services.AddSingleton(services => new JobBook(database, sessions, epoch, started, services.GetRequiredService<ILogger<JobBook>>()));
        var sandboxes = new SandboxTable(database);
        var robotParts = new RobotParts(options, data, database, keys, repository, nodes, sessions, audit, sandboxes);
        robotParts.AddTo(builder.Services);
        builder.Services.AddSingleton(services => new SessionService(
            sessions, nodes, services.GetRequiredService<JobBook>(), services.GetRequiredService<RobotService>(), keys.Issuing, name, epoch, services.GetRequiredService<ILogger<SessionService>>()));
        builder.Services.AddHostedService(services => new Ticker(
            database, sessions, services.GetRequiredService<JobBook>(), server, services.GetRequiredService<ILogger<Ticker>>()));
        var web = builder.Build();

        var stopping = web.Lifetime.ApplicationStopping;
        stopping.Register(sessions.GoAway);
        var jobs = web.Services.GetRequiredService<JobBook>();
        var removal = new Removal(nodes, sessions, jobs);
        var enrollment = new Enrollment(database, nodes, keys.Seal, removal);
        var refusals = new RefusalLog(audit);
        var certificates = new CertificateIssue(database, nodes, keys.Issuing, keys.Ssh, sshUsers, refusals);
        var nodeApi = new NodeApi(keys, enrollment, new Unlocking(database, nodes, refusals), certificates, refusals, stopping);
        var robot = web.Services.GetRequiredService<RobotService>();
        nodes.Changed = robot.NodesChanged;
        sandboxes.Changed = robot.StoreChanged;
        var robotViews = new RobotViews(robot, database, nodes, web.Services.GetRequiredService<Follower>());
        var views = new NodeViews(nodes, sessions, robotViews.IsAssigned);
        var nodeRoutes = new NodeRoutes(database, nodes, views, enrollment, removal, repository, new RepositoryNodes(repository, robot, robotParts.Surroundings));
        var logs = new LogRoutes(nodeRoutes, views, sessions, jobs, stopping);
        var apps = new AppRoutes(robot, robotViews, nodes, sessions, logs);
        var operators = new OperatorTokens(database);
        var git = new GitRoutes(repository, web.Services.GetRequiredService<HookSocket>(), web.Services.GetRequiredService<RobotService>(), web.Services.GetRequiredService<ILogger<GitRoutes>>(), stopping);

        web.UseRouting();
        web.Use(next => new Gate(operators, nodes, next).Invoke);
        var map = new RouteMap(web);
        MapNodeApi(map, nodeApi, new GridRoutes(grid, nodeApi, sessions, name, epoch));
        MapNodes(map, nodeRoutes, new ExplainRoutes(nodeRoutes, views, sessions, audit), logs);
        MapJobs(map, new JobRoutes(jobs, nodes, nodeRoutes, stopping));
        MapGit(map, git);
        var objects = new ObjectStore(data.Objects, durable: true);
        MapSandboxes(map, new ObjectRoutes(objects), new SandboxRoutes(sandboxes, new Publisher(database, sandboxes, objects, keys.Publisher), database));
        robotParts.Map(map, web.Services, robotViews, apps);
        MapGrid(map, new OperatorRoutes(views, jobs, audit, gridName, name, started), new TokenRoutes(database), new SshRoutes(nodeRoutes, views, keys.Ssh, audit));
        map.Complete();
        web.MapGrpcService<SessionService>().WithMetadata(new SessionOnly());
        return new ControllerApp(web, data, database, keys, grid, repository, ports, options);
    }

    /// <summary>Listens; then says the ports, and at the first start the login string, on standard output.</summary>
    public async Task Start()
    {
        try
        {
            await Web.StartAsync();
            ports.Open = true;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new StartFault($"cannot listen: {fault.Message.TrimEnd('.')}; stop the program that has it, or choose another port (see --help)");
        }
        catch (SocketException fault)
        {
            throw new StartFault($"cannot listen on {options.Bind?.ToString() ?? "any address"}: {fault.Message.TrimEnd('.')}; give another --bind or other ports");
        }
        var url = $"https://{Host(options.Sans.Count > 0 ? options.Sans[0] : options.Bind?.ToString() ?? "127.0.0.1")}:{ports.Api}";
        await Settings.Set(database, Settings.Url, url);
        Console.WriteLine($"listening api={ports.Api} plain={ports.Plain} session={ports.Session}");
        var operators = new OperatorTokens(database);
        if (!operators.Any)
            Console.WriteLine($"login {LoginLink.Format(url, grid.Pin, await operators.MakeAdmin())}");
    }

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await database.DisposeAsync();
        keys.Dispose();
        repository.Dispose();
        data.Dispose();
    }

    // An empty builder: no configuration files, no watchers, no environment, nothing that walks the content root.
    private static WebApplicationBuilder NewBuilder(Ports ports)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "g8os-controller", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(ports.Configure);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", level => ports.Open && level >= LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTime);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = SessionService.MaxMessage;
            grpc.MaxSendMessageSize = SessionService.MaxMessage;
        });
        return builder;
    }

    private static void MapNodeApi(RouteMap map, NodeApi api, GridRoutes grid)
    {
        map.Add("GET", Routes.Grid, grid.Documents, WireJson.Default.ValuesSignedDocument);
        map.Add("GET", Routes.Ping, grid.Ping, WireJson.Default.PingAnswer);
        map.Add("POST", Routes.Enroll, api.Enroll, WireJson.Default.EnrollAnswer, WireJson.Default.EnrollRequest);
        map.Add("POST", Routes.Unlock, api.Unlock, WireJson.Default.UnlockAnswer, WireJson.Default.UnlockRequest);
        map.Add("POST", Routes.Certificate, api.Certificate, WireJson.Default.CertificateAnswer, WireJson.Default.CertificateRequest);
    }

    private static void MapNodes(RouteMap map, NodeRoutes nodes, ExplainRoutes explain, LogRoutes logs)
    {
        map.Add("GET", Routes.Nodes, nodes.List, WireJson.Default.ValuesNodeView);
        map.Add("GET", Routes.Node, nodes.Show, WireJson.Default.NodeView);
        map.Add("DELETE", Routes.Node, nodes.Remove, WireJson.Default.NodeView);
        map.Add("POST", Routes.NodeAccept, nodes.Accept, WireJson.Default.NodeView, WireJson.Default.AcceptRequest);
        map.Add("GET", Routes.NodeExplain, explain.Explain, WireJson.Default.NodeExplanation);
        map.Add("GET", Routes.NodeLogs, logs.Logs, WireJson.Default.LogLine, stream: true);
    }

    private static void MapJobs(RouteMap map, JobRoutes jobs)
    {
        map.Add("GET", Routes.Jobs, jobs.List, WireJson.Default.ValuesJobView);
        map.Add("POST", Routes.Jobs, jobs.Create, WireJson.Default.JobView, WireJson.Default.JobRequest);
        map.Add("GET", Routes.Job, jobs.Show, WireJson.Default.JobView);
        map.Add("DELETE", Routes.Job, jobs.Kill, WireJson.Default.JobView);
        map.Add("GET", Routes.JobStream, jobs.Stream, WireJson.Default.JobEvent, stream: true);
    }

    private static void MapGit(RouteMap map, GitRoutes git)
    {
        map.Add("GET", Routes.GitRefs, git.Refs, null);
        map.Add("POST", Routes.GitFetch, git.Fetch, null);
        map.Add("POST", Routes.GitPush, git.Push, null);
    }

    private static void MapSandboxes(RouteMap map, ObjectRoutes objects, SandboxRoutes sandboxes)
    {
        map.Add("GET", Routes.Sandboxes, sandboxes.List, WireJson.Default.ValuesSandboxView);
        map.Add("POST", Routes.Sandboxes, sandboxes.Publish, WireJson.Default.SandboxView, WireJson.Default.SandboxManifest);
        map.Add("GET", Routes.Sandbox, sandboxes.Show, WireJson.Default.SandboxView);
        map.Add("DELETE", Routes.Sandbox, sandboxes.Remove, null);
        map.Add("POST", Routes.SandboxVerify, sandboxes.Verify, WireJson.Default.ValuesString);
        map.Add("POST", Routes.SandboxGc, sandboxes.Gc, WireJson.Default.GcResult);
        map.Add("GET", Routes.Object, objects.Get, null);
        map.Add("HEAD", Routes.Object, objects.Get, null);
        map.Add("PUT", Routes.Object, objects.Put, null);
        map.Add("POST", Routes.ObjectsMissing, objects.Missing, WireJson.Default.ValuesObjectHash, WireJson.Default.ValuesObjectHash);
    }

    private static void MapGrid(RouteMap map, OperatorRoutes operators, TokenRoutes tokens, SshRoutes ssh)
    {
        map.Add("GET", Routes.WhoAmI, operators.WhoAmI, WireJson.Default.WhoAmI);
        map.Add("GET", Routes.Status, operators.Status, WireJson.Default.GridStatus);
        map.Add("GET", Routes.Audit, operators.Audit, WireJson.Default.ValuesAuditEntry);
        map.Add("GET", Routes.Tokens, tokens.List, WireJson.Default.ValuesTokenView);
        map.Add("POST", Routes.Tokens, tokens.Make, WireJson.Default.TokenView, WireJson.Default.TokenRequest);
        map.Add("DELETE", Routes.Token, tokens.Revoke, null);
        map.Add("POST", Routes.SshCertificate, ssh.Certify, WireJson.Default.SshCertificateAnswer, WireJson.Default.SshCertificateRequest);
        map.Add("GET", Routes.OpenApi, context => Json.Bytes(context, OpenApi.Document(map.Shapes)), null);
    }

    private static Values<SshUser> SshUsers(IReadOnlyList<string> files)
    {
        var keys = files.SelectMany(file => ReadKeys(file)).Distinct(StringComparer.Ordinal).ToValues();
        return keys.Count == 0 ? [] : [new SshUser("root", keys)];
    }

    private static List<string> ReadKeys(string file)
    {
        try
        {
            var lines = File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#')).ToList();
            return lines.Count > 0 && lines.All(SshCa.IsPublicKey)
                ? lines
                : throw new StartFault($"cannot use --ssh-key {file}: it does not hold OpenSSH public keys, one a line; give a .pub file");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartFault($"cannot read --ssh-key {file}: {fault.Message.TrimEnd('.')}; give a .pub file");
        }
    }

    private static string Host(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}

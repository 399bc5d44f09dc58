using System.Globalization;
using G8os.Controller.Git;
using G8os.Controller.Http;
using G8os.Controller.Operators;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Wire;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>The operators' routes about the repository, plans and runs.</summary>
internal sealed class RobotRoutes(RobotService robot, RobotViews views, RobotDesk desk, Follower follower, Database database, Func<AysSurroundings> surroundings)
{
    public const int DefaultRuns = 20;
    public const int MaxRuns = 1_000;
    public const int MaxBody = 64 * 1024;

    public Task Status(HttpContext context) => Json.Write(context, views.Status(), WireJson.Default.AysView);

    public async Task Plan(HttpContext context)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = 2 * TreeReader.MaxYamlBytes;
        if (await Json.Read(context, WireJson.Default.PlanRequest, 2 * TreeReader.MaxYamlBytes) is not { } request)
            return;
        var now = robot.Picture;
        var view = request.Files is { } files ? OfFiles(files, now)
            : now.Wanted is { } wanted ? RobotViews.Of(GridPlanner.Plan(wanted, now.Issued), desk.Missing(wanted))
            : throw new ApiFault(409, "no-commit", "cannot plan: there is no commit that could be read yet", "see g8os ays status");
        await Json.Write(context, view, WireJson.Default.PlanView);
    }

    public async Task Apply(HttpContext context)
    {
        if (await Json.Read(context, WireJson.Default.ApplyRequest, MaxBody) is not { } request)
            return;
        await robot.Apply(request.Plan, Operator.Of(context).Name);
        await Json.Write(context, views.Status(), WireJson.Default.AysView);
    }

    public async Task Pull(HttpContext context)
    {
        await follower.Pull();
        await Json.Write(context, views.Status(), WireJson.Default.AysView);
    }

    public Task Runs(HttpContext context)
    {
        var text = (string?)context.Request.Query["limit"] ?? DefaultRuns.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= MaxRuns
            ? Json.Write(context, RunRows.Newest(database, limit).Select(run => views.Of(run, full: false)).ToValues(), WireJson.Default.ValuesRunView)
            : throw new ApiFault(400, "bad-request", $"cannot list '{text}' runs: it is not a number up to {MaxRuns}", "ask with ?limit=N");
    }

    public Task Run(HttpContext context)
    {
        var word = (string)context.Request.RouteValues["run"]!;
        var run = long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? RunRows.Get(database, number, GridIssued.Nothing) : null;
        return run is not null
            ? Json.Write(context, views.Of(run, full: true), WireJson.Default.RunView)
            : throw new ApiFault(404, "no-run", $"cannot find run {word}: there is none of that number", "see g8os ays runs");
    }

    // The files of a checkout: compiled and planned, nothing is kept.
    private PlanView OfFiles(Values<SourceFile> files, RobotPicture now)
    {
        var sources = files.Where(file => Blueprints.IsRead(file.Path)).DistinctBy(file => file.Path).Select(file => new TreeFile(file.Path, System.Text.Encoding.UTF8.GetBytes(file.Text)));
        var result = Blueprints.Compile("", sources, surroundings());
        return result.Grid is { } wanted
            ? RobotViews.Of(GridPlanner.Plan(wanted, now.Issued), desk.Missing(wanted))
            : new PlanView { Id = "", Commit = "", Errors = result.Lines.ToValues() };
    }
}

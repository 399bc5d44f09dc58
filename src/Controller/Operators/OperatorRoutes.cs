using System.Globalization;
using G8os.Controller.Audit;
using G8os.Controller.Http;
using G8os.Controller.Jobs;
using G8os.Controller.Nodes;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Operators;

/// <summary>The operators' routes about the grid as a whole.</summary>
internal sealed class OperatorRoutes(NodeViews views, JobBook jobs, AuditLog audit, string grid, string controller, DateTimeOffset started)
{
    public const int DefaultLines = 100;

    public Task WhoAmI(HttpContext context)
    {
        var user = Operator.Of(context);
        return Json.Write(context, new WhoAmI(user.Name, user.Role.ToString().ToLowerInvariant(), grid, controller, CommandLine.Version), WireJson.Default.WhoAmI);
    }

    public Task Status(HttpContext context)
    {
        var nodes = views.All(null).ToValues();
        return Json.Write(
            context,
            new GridStatus
            {
                Grid = grid,
                Controller = controller,
                Version = CommandLine.Version,
                Started = started,
                NodesByState = Count(nodes.Select(node => node.State)),
                NodesByPhase = Count(nodes.Where(node => node.State is "online" or "suspect" && node.Phase.Length > 0).Select(node => node.Phase)),
                JobsRunning = jobs.Running,
                Nodes = nodes,
            },
            WireJson.Default.GridStatus);
    }

    public Task Audit(HttpContext context)
    {
        var text = (string?)context.Request.Query["limit"] ?? DefaultLines.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= AuditLog.MaxListed
            ? Json.Write(context, audit.Newest(limit), WireJson.Default.ValuesAuditEntry)
            : throw new ApiFault(400, "bad-request", $"cannot list '{text}' lines: it is not a number up to {AuditLog.MaxListed}", "ask with ?limit=N");
    }

    private static SortedDictionary<string, int> Count(IEnumerable<string> words) =>
        new(words.CountBy(word => word).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}

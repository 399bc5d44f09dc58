using G8os.Controller.Audit;
using G8os.Controller.Http;
using G8os.Controller.Sessions;
using G8os.Model;
using G8os.Model.Wire;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Nodes;

/// <summary>Why a node is where it is: what the controller saw, and what the node says itself when it is there.</summary>
internal sealed class ExplainRoutes(NodeRoutes nodes, NodeViews views, SessionTable sessions, AuditLog audit)
{
    public const int MaxAudit = 50;
    public const int MaxTransitions = 200;
    private static readonly TimeSpan ReportTime = TimeSpan.FromSeconds(5);

    public async Task Explain(HttpContext context)
    {
        var node = nodes.Find(context);
        var view = views.Of(node);
        var (report, silent) = await Ask(sessions.Get(node.Id), context.RequestAborted);
        var seen = audit.About(node.Id, MaxAudit).Select(line => new Transition(line.Time, line.What, $"{line.Who}: {line.Detail}".TrimEnd(':', ' ')));
        var transitions = seen.Concat(sessions.Of(node.Id).Transitions).Concat(report?.Transitions ?? [])
            .OrderBy(transition => transition.Time).TakeLast(MaxTransitions).ToValues();
        var (summary, next) = report is not null ? (report.Summary, report.Next) : OwnKnowledge(node, view, silent);
        await Json.Write(
            context, new NodeExplanation { Node = view, Summary = summary, Next = next, Transitions = transitions }, WireJson.Default.NodeExplanation);
    }

    private static (string Summary, string Next) OwnKnowledge(NodeRecord node, NodeView view, string silent) => view.State switch
    {
        "pending" => (
            $"{node.Name} asked to join at {node.Created:u} with fingerprint {node.Fingerprint} and {node.Reason}",
            $"compare the fingerprint with the node's console, then: g8os node accept {node.Id} --name NAME"),
        "removed" => ($"{node.Name} is out of the grid since {node.Decided:u}: {node.Reason}", $"to take it back: g8os node accept {node.Id}"),
        _ when node.Ask.Length > 0 => ($"{node.Name} is not unlocked: {node.Ask}", $"when that is right: g8os node accept {node.Name}"),
        "enrolled" => ($"{node.Name} was accepted at {node.Decided:u} and has not opened a session yet", "it unlocks its private filesystem and gets its certificate first"),
        "online" or "suspect" => ($"{node.Name} is {view.State} in phase {view.Phase}{(view.Waiting.Length > 0 ? $", waiting: {view.Waiting}" : "")}{silent}", ""),
        _ => ($"{node.Name} is {view.State}: last seen {view.LastSeen:u} in phase {view.Phase}", "it comes back by itself when it reaches a controller; see its console if it does not"),
    };

    private static async Task<(NodeReport? Report, string Silent)> Ask(Session? session, CancellationToken stop)
    {
        if (session is null)
            return (null, "");
        using var relay = session.Open();
        if (relay is null || !session.Send(new Proto.FromController { ReportRequest = new Proto.ReportRequest { Request = relay.Id } }))
            return (null, "; it takes no questions now");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(ReportTime);
        try
        {
            while (await relay.Answers.WaitToReadAsync(deadline.Token))
            {
                if (relay.Answers.TryRead(out var answer) && answer.Report is { } report)
                    return Json.Parse(System.Text.Encoding.UTF8.GetBytes(report.Json), WireJson.Default.NodeReport) is { } parsed ? (Clean(parsed), "") : (null, "; its report is not readable");
            }
            return (null, "; its session ended while it was asked");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"; it did not report within {ReportTime.TotalSeconds} s");
        }
    }

    private static NodeReport Clean(NodeReport report) => new()
    {
        Summary = NodeStatus.Clean(report.Summary),
        Next = NodeStatus.Clean(report.Next),
        Transitions = report.Transitions.Where(transition => transition is { What: not null, Evidence: not null }).TakeLast(MaxTransitions)
            .Select(transition => transition with { What = NodeStatus.Clean(transition.What), Evidence = NodeStatus.Clean(transition.Evidence) }).ToValues(),
    };
}

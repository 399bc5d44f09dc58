using G8os.Controller.Git;
using G8os.Controller.Http;
using G8os.Controller.Operators;
using G8os.Controller.Robot;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>The operators' routes about nodes.</summary>
internal sealed class NodeRoutes(
    Database database, NodeTable nodes, NodeViews views, Enrollment enrollment, Removal removal, BareRepository repository, RepositoryNodes written)
{
    public const int MaxBody = 64 * 1024;

    public Task List(HttpContext context)
    {
        var text = (string?)context.Request.Query["labels"];
        var labels = string.IsNullOrEmpty(text) ? null : Names.ParseLabels(text)
            ?? throw new ApiFault(400, "bad-request", $"cannot select nodes by '{text}': labels are written k=v,k2=v2", "ask with ?labels=k=v");
        return Json.Write(context, views.All(labels).ToValues(), WireJson.Default.ValuesNodeView);
    }

    public Task Show(HttpContext context) => Json.Write(context, views.Of(Find(context)), WireJson.Default.NodeView);

    public async Task Accept(HttpContext context)
    {
        var node = Find(context);
        if (await Json.Read(context, WireJson.Default.AcceptRequest, MaxBody) is not { } request)
            return;
        if (request.Name is { } name && !Names.IsName(name))
            throw new ApiFault(400, "bad-name", $"cannot name the node '{name}': a name is 1 to 63 of a-z, 0-9 and -, not starting or ending with -", "choose another");
        if (request.Labels is { } labels && Names.Fault(labels) is { } fault)
            throw new ApiFault(400, "bad-label", $"cannot label the node: {fault}", "choose others");
        await Json.Write(context, views.Of(await InTurn(() => Accept(node, request, Operator.Of(context).Name))), WireJson.Default.NodeView);
    }

    // A name that was given goes into the repository: both are done, or none.
    private async Task<NodeRecord> Accept(NodeRecord node, AcceptRequest request, string who)
    {
        var commit = request.Name is null ? null : await written.Naming(node, request.Name, request.Labels ?? node.Labels);
        var (accepted, refusal) = await enrollment.Accept(node.Id, request, who);
        if (accepted is null)
            throw new ApiFault(409, "conflict", $"cannot accept the node: {refusal}", "choose another name");
        if (commit is not null)
            await written.Commit(who, $"nodes: name {accepted.Id[..12]} {accepted.Name}", commit);
        return nodes.Get(accepted.Id) ?? accepted;
    }

    public async Task Remove(HttpContext context)
    {
        var found = Find(context);
        var who = Operator.Of(context).Name;
        var removed = await database.Write(tx => NodeRows.Get(tx, found.Id) switch
        {
            null => found,
            { Removed: true } already => already,
            { } node => removal.Apply(tx, node, who, $"removed from the grid by {who}"),
        });
        var left = await InTurn(() => written.Remove(removed, who));
        await Json.Write(
            context, left.Length > 0 ? views.Of(removed) with { Assigned = true, Waiting = left } : views.Of(removed) with { Assigned = false }, WireJson.Default.NodeView);
    }

    private async Task<T> InTurn<T>(Func<Task<T>> work)
    {
        await repository.Writing.WaitAsync();
        try
        {
            return await work();
        }
        catch (GitFault fault)
        {
            throw new ApiFault(500, "git", fault.Message, "see the controller's log");
        }
        finally
        {
            repository.Writing.Release();
        }
    }

    /// <summary>The node of the path; a problem when there is none or there are several.</summary>
    public NodeRecord Find(HttpContext context) => Find((string)context.Request.RouteValues["node"]!);

    public NodeRecord Find(string word)
    {
        var found = nodes.Find(word);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ApiFault(404, "no-node", $"cannot find node {word}: no name, id or 4 leading digits of an id match", "see g8os node ls"),
            _ => throw new ApiFault(409, "ambiguous", $"cannot tell which node {word} is: {string.Join(", ", found.Take(5).Select(node => node.Id))}", "give more digits"),
        };
    }
}
